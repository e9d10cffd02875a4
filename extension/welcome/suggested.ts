// Well-known sites to begin with, by what people do there. Each has an adapter, which a check holds; none is on before
// the person switches it on. Names of products are the same in every language.

/** A site that is suggested. */
export interface Suggestion {
  readonly origin: string;
  readonly name: string;
}

/** The suggestions, in groups that each have a heading `welcome_sites_<group>`. */
export const SUGGESTED: Readonly<Record<"chats" | "searches" | "posts", readonly Suggestion[]>> = {
  chats: [
    { origin: "https://chatgpt.com", name: "ChatGPT" },
    { origin: "https://claude.ai", name: "Claude" },
    { origin: "https://copilot.microsoft.com", name: "Copilot" },
    { origin: "https://chat.deepseek.com", name: "DeepSeek" },
    { origin: "https://gemini.google.com", name: "Gemini" },
  ],
  searches: [
    { origin: "https://www.bing.com", name: "Bing" },
    { origin: "https://search.brave.com", name: "Brave Search" },
    { origin: "https://duckduckgo.com", name: "DuckDuckGo" },
    { origin: "https://www.google.com", name: "Google" },
  ],
  posts: [
    { origin: "https://bsky.app", name: "Bluesky" },
    { origin: "https://github.com", name: "GitHub" },
    { origin: "https://www.reddit.com", name: "Reddit" },
    { origin: "https://stackoverflow.com", name: "Stack Overflow" },
    { origin: "https://x.com", name: "X" },
  ],
};
