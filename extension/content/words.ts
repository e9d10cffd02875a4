// Words that buttons bear, in the languages of most pages. Latin ones are matched where a word begins, after
// accents are taken off; the others anywhere. They act at the press; what needs no page is decided in Rust.

/** Never a submission, whatever else the button says. */
const NEVER =
  /\b(preview|cancel|draft|discard|diff\b|vorschau|abbrech|entwurf|borrador|apercu|annul|brouillon|anteprima|bozza|pre ?visuali|previa\b|rascunho|voorbeeld|concept\b)|プレビュー|キャンセル|下書き|预览|預覽|取消|草稿|معاينة|إلغاء|مسودة/;
/** Not a submission, unless the button also says one of `SENDS`. */
const SELDOM =
  /\b(attach|upload|emoji|bold\b|italic|format|close\b|dismiss|clear\b|reset|back\b|delete|remove|new chat|menu\b|schliessen|cerrar|fermer|chiudi|fechar|sluiten)|閉じる|关闭|إغلاق/;
const SENDS =
  /\b(send|submit|post|reply|comment|save|search|ask\b|go\b|absenden|antwort|speicher|such|envi|respond|publi|guardar|buscar|envoy|enregistr|recherch|invia|salva|cerca|verstu|verzend|plaats|opslaan)|送信|投稿|保存|发送|提交|发布|إرسال|نشر/;
/** In classes: few words only, since style classes are full of others (`font-bold`). */
const SELDOM_CLASS = /\b(close|dismiss|clear|upload|attach|emoji|times|xmark|trash)\b/;

/** Values of `autocomplete` that ask the browser for secrets, or for who the person is. */
const SECRET_FILL =
  /(^|\s)(cc-|one-time|current-|new-|user|webauthn|email|tel|bday|given-|family-|street-|address-|postal-|name(\s|$))/;

/** Names and labels as words: camel case, hyphens and underscores apart, lower case, without accents. */
export function spread(text: string): string {
  return text
    .slice(0, 400)
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[-_\s]+/g, " ")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize()
    .toLowerCase();
}

/** Whether a button with these words never sends: `label` is what it says, `style` its classes. */
export function denies(label: string, style: string): boolean {
  return (
    NEVER.test(label) ||
    NEVER.test(style) ||
    ((SELDOM.test(label) || SELDOM_CLASS.test(style)) && !SENDS.test(label))
  );
}

/** Whether a button with these words says that it sends. */
export function sends(label: string, style: string): boolean {
  return SENDS.test(label) || SENDS.test(style);
}

/** Whether a value of `autocomplete` marks a secret, or who the person is. */
export function secretFill(value: string): boolean {
  return SECRET_FILL.test(value);
}
