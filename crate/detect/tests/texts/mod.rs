//! Ordinary texts, for the tests and for the measurement of speed.

/// What people ask and paste, with nothing in it that belongs to anybody.
pub const TEXTS: &[&str] = &[
    // English.
    "Could you explain how compound interest works? If I put 2500 into an account at 3.5 % a year, how much is it after 12 years, and why is that more than 12 times the first year's interest? Please show the formula step by step, with a small table for years 1, 5, 10 and 12.",
    "I'm trying to decide between two laptops. One has 16 GB of memory and a 512 GB disk, the other 32 GB and 1 TB, but it weighs 1.9 kg. I write code, edit photos on weekends and travel by train twice a month. Which one would you pick, and what would you look at besides the price of 1,199 against 1,449?",
    "My sister's dog eats everything he finds on the street. Is there a way to train that out of him within a few weeks? He is 4 years old, a mix of beagle and something larger, and he only listens when there is cheese.",
    "Write a short story, about 300 words, in which a lighthouse keeper finds a bottle with a map in it. The map shows the island as it was 200 years ago. End it without saying whether he goes to look.",
    "Rewrite this so that it sounds friendlier: We have received your complaint of last Tuesday and will look into it in the next 10 to 14 working days. Until then we ask you not to send further messages about the same matter.",
    "What is the difference between a virus and a bacterium, and why do antibiotics help against only one of them? Explain it as you would to a class of twelve-year-olds, with an example for each.",
    "Plan a walk of about 12 km along the coast, with a stop for lunch, no more than 400 m of climbing, and a train back before 18:30. We start at 9:15 and have a child of seven with us who likes rocks more than views.",
    "I am happy with the first draft, but the second chapter drags. Could you cut it from 4,200 words to about 3,000 without losing the scene at the market? Keep the dialogue; the descriptions of the weather can go.",
    "Summarise the causes of the First World War in five sentences, then name two that historians still argue about. I have a history exam on Thursday at 10:00 in room 204, and chapters 7 to 9 are what it is about.",
    "How do I get red wine out of a white tablecloth? It has been there since yesterday, and somebody already tried salt, which made it purple.",
    "Is 0.1 + 0.2 equal to 0.3 in JavaScript? Why does it print 0.30000000000000004, and how should I compare prices like 19.99 and 5.01 then?",
    "The meeting is moved from 14:00 to 15:30 on 12 May 2024, room B2.17. Please bring the figures of 2023 and 2022, and the forecast for Q3. The agenda has 6 points, and we need 20 minutes for number 4.",
    "My team lost 3-2 after being 2-0 up at half time. What could a coach change at the break so that this does not happen again? We play 4-4-2, and our left back is tired after 60 minutes.",
    "Please proofread: The committee have decided that each of the members are to be given there own copy of the report, which is 120 pages long and includes 14 tables, at it's next meeting.",
    "What does ISBN 978-3-16-148410-0 mean, part by part? And how is the last digit of it computed?",
    "Convert 98.6 degrees Fahrenheit to Celsius, 5 feet 11 inches to centimetres, and 26.2 miles to kilometres, and round each to one decimal.",
    "I want to learn the piano at 45. Is that too late? I can practise 20 minutes a day, have a keyboard with 61 keys, and would be glad to play one simple piece by Christmas.",
    "Give me 10 names for a bakery that sells only bread, no cakes. Short ones, not funny, and none with the word crust in it.",
    "Does depression run in families? I read that about 40 % of the risk is inherited, but the article gave no source, and I would like to know how such figures are found at all.",
    "What do Muslims, Christians and Jews have in common in how they keep a day of rest? A comparison in three paragraphs for a school magazine would be great.",
    // Code.
    "fn main() {\n    let values = [3, 1, 4, 1, 5, 9, 2, 6];\n    let total: u32 = values.iter().sum();\n    println!(\"total = {total}, mean = {:.2}\", f64::from(total) / 8.0);\n}\nWhy does this not compile when I change u32 to f32?",
    "def token_count(text: str, limit: int = 4096) -> int:\n    tokens = text.split()\n    key = hash(text) % 1000003\n    if len(tokens) > limit:\n        raise ValueError(f\"too many tokens: {len(tokens)}\")\n    cache[key] = len(tokens)\n    return cache[key]\n\nHow do I test the error branch with pytest?",
    "const password = document.querySelector('#password');\nconst token = localStorage.getItem('token');\nif (password.value.length < 12) {\n  showError('Password must have at least 12 characters');\n}\nfetch('/api/v2/login', { method: 'POST', body: JSON.stringify({ password: password.value }) });",
    "SELECT c.name, COUNT(*) AS orders, SUM(o.total) AS turnover\nFROM customers c JOIN orders o ON o.customer_id = c.id\nWHERE o.created_at >= '2024-01-01' AND o.status = 'paid'\nGROUP BY c.name HAVING COUNT(*) > 3 ORDER BY turnover DESC LIMIT 50;",
    "#!/bin/sh\nset -eu\nfor file in *.log; do\n  gzip -9 \"$file\" && mv \"$file.gz\" /var/backups/\ndone\ncurl -fsSL -H \"Authorization: Bearer $API_TOKEN\" \"$BASE_URL/health\" | jq '.status'",
    "services:\n  db:\n    image: postgres:16.2\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD}\n      POSTGRES_USER: app\n    ports:\n      - \"5432:5432\"\n    healthcheck:\n      interval: 10s\n      timeout: 3s\n      retries: 5",
    "{\n  \"name\": \"garden-planner\",\n  \"version\": \"2.14.0\",\n  \"private\": true,\n  \"scripts\": { \"build\": \"tsc -p .\", \"test\": \"vitest run\" },\n  \"dependencies\": { \"lit\": \"^3.1.2\", \"zod\": \"~3.22.4\" },\n  \"engines\": { \"node\": \">=20.11.0\" }\n}",
    "public static String maskKey(String apiKey) {\n    if (apiKey == null || apiKey.length() < 8) return \"****\";\n    return apiKey.substring(0, 4) + \"…\" + apiKey.substring(apiKey.length() - 4);\n}\nIs this safe against timing attacks?",
    ".card { width: 320px; padding: 12px 16px; border-radius: 8px; color: #1a2b3c; background: rgba(255, 255, 255, 0.85); transition: transform 150ms ease-out; }\n.card:hover { transform: translateY(-2px) scale(1.02); }",
    "error[E0382]: borrow of moved value: `names`\n  --> src/main.rs:14:20\n   |\n12 |     let names = vec![1, 2, 3];\n   |         ----- move occurs because `names` has type `Vec<i32>`\n13 |     consume(names);\n14 |     println!(\"{:?}\", names);\n   |                      ^^^^^ value borrowed here after move",
    "Traceback (most recent call last):\n  File \"app/main.py\", line 118, in handle\n    response = client.get(url, timeout=30)\nKeyError: 'access_token'\n\nThis happens since I upgraded from 2.28.1 to 2.31.0. What changed?",
    "git rebase -i HEAD~5\n# pick 3f2a1bc add parser\n# squash 9d8e7f6 fix typo\n# pick 0a1b2c3 faster lookup\nHow do I undo this after I have already pushed?",
    "The regex ^\\d{3}-\\d{4}$ matches 555-1234 but I also want it to allow a space, and numbers with 2 to 5 digits in the first part.",
    "use std::collections::HashMap;\nimpl Session {\n    pub fn secret(&self) -> &SecretKey { &self.secret_key }\n    pub fn set_password(&mut self, password: &str) -> Result<(), Error> {\n        self.password_hash = argon2::hash(password)?;\n        Ok(())\n    }\n}",
    "| step | time (ms) | memory (MB) |\n|---|---|---|\n| parse | 12.4 | 38 |\n| index | 240.9 | 512 |\n| query | 0.8 | 512 |\nWhich of these would you look at first?",
    // Logs.
    "2024-03-11 08:14:02,118 INFO  [worker-3] job 48211 finished in 1832 ms, 240 rows written\n2024-03-11 08:14:02,121 WARN  [worker-1] queue length 1200 above 1000\n2024-03-11 08:14:07,430 ERROR [worker-2] job 48213 failed: disk full (0 bytes left of 536870912)",
    "[  12.481920] usb 1-2: new high-speed USB device number 7 using xhci_hcd\n[  12.630118] usb 1-2: New USB device found, idVendor=0781, idProduct=5581, bcdDevice= 1.00\n[  13.004411] sd 2:0:0:0: [sdb] 60088320 512-byte logical blocks: (30.8 GB/28.7 GiB)",
    "level=info ts=1710144842 msg=\"request done\" method=GET path=/v1/items/1842 status=200 bytes=18234 duration=0.042\nlevel=info ts=1710144843 msg=\"request done\" method=POST path=/v1/orders status=201 bytes=512 duration=0.180",
    "npm ERR! code ERESOLVE\nnpm ERR! ERESOLVE unable to resolve dependency tree\nnpm ERR! Found: react@18.2.0\nnpm ERR! Could not resolve dependency: peer react@\"^17.0.0\" from old-widgets@4.3.1",
    "Build #1042 passed in 8m 31s on commit 9fceb02d0ae598e95dc970b74767f19372d61af8 (main). 1,284 tests, 0 failed, 12 skipped. Coverage 87.4 % (+0.3).",
    "Order 4711-0815 shipped with tracking number 00340434161094042557; invoice 2024-00318 over 89.90 follows by post. Article 4056489123456, quantity 2.",
    // Recipes.
    "Pancakes for 4: 250 g flour, 500 ml milk, 3 eggs, a pinch of salt, 1 tbsp sugar, 30 g butter. Whisk, rest for 20 minutes, fry at medium heat for 2 minutes on each side. How do I make them without eggs, and can the batter stand overnight?",
    "Roast the vegetables at 200 °C (fan 180 °C, gas mark 6) for 35-40 minutes. Mix 2 tsp cumin, 1/2 tsp chilli, 3 cloves of garlic and 60 ml olive oil. Serves 6, about 320 kcal each, 12 g fat, 41 g carbohydrates.",
    // German.
    "Kannst du mir bitte erklären, wie die Mehrwertsteuer berechnet wird? Wenn ein Tisch 238 Euro kostet und 19 % enthalten sind, wie hoch ist dann der Nettopreis? Bitte mit Rechenweg, damit ich es meinem Sohn in der 7. Klasse zeigen kann.",
    "Schreib mir eine höfliche Absage für die Einladung zur Feier am Samstag um 19 Uhr. Ich habe schon etwas vor, möchte aber im Juni gern nachkommen. Nicht länger als 80 Wörter.",
    "Welche Pflanzen wachsen auf einem Balkon nach Norden, der im Sommer nur 3 Stunden Sonne hat? Der Kasten ist 80 cm lang und 20 cm tief, und ich vergesse manchmal das Gießen.",
    "Der Zug fährt um 7:42 Uhr von Gleis 12 ab und kommt um 11:18 Uhr an; die Fahrkarte kostet 49,90 Euro. Lohnt sich da eine Bahncard 25, wenn ich 8-mal im Jahr fahre?",
    "Für den Kuchen: 200 g Mehl, 150 g Zucker, 125 g Butter, 3 Eier, 1 Päckchen Backpulver. Bei 175 Grad 45 Minuten backen. Warum ist er in der Mitte immer noch feucht?",
    // French.
    "Peux-tu m'expliquer la différence entre l'imparfait et le passé composé ? J'ai un contrôle vendredi à 8 h 30 et je confonds toujours les deux, surtout dans les phrases avec « quand ».",
    "Je cherche une recette de soupe pour 6 personnes avec 1 kg de carottes, 2 oignons et du gingembre. Combien de temps faut-il la cuire, et peut-on la congeler pendant 3 mois ?",
    "Résume ce texte en 5 phrases : la ville a voté un budget de 12,4 millions d'euros pour 2025, dont 3,1 millions pour les écoles et 800 000 pour les pistes cyclables.",
    "Quelle est la meilleure période pour visiter la Bretagne avec deux enfants de 6 et 9 ans ? Nous aimons la plage, mais pas la foule, et notre budget est de 1500 euros pour 10 jours.",
    // Spanish.
    "¿Me puedes ayudar a preparar una entrevista de trabajo? Es para un puesto de contable en una empresa de 120 empleados, y me preguntarán por mi experiencia con hojas de cálculo y con el cierre de año.",
    "Necesito un plan de entrenamiento para correr 10 km en menos de 55 minutos. Ahora tardo 1 hora y 4 minutos, y puedo entrenar 3 días por semana durante 8 semanas.",
    "Traduce al inglés: El contrato se firmará el 15 de marzo de 2025 y tendrá una duración de 24 meses, con un preaviso de 30 días.",
    // Italian.
    "Mi spieghi come si coniuga il verbo andare al congiuntivo? Ho un esame il 12 giugno alle 9:00 e devo ancora ripassare 4 capitoli su 11.",
    "Vorrei cucinare il risotto per 5 persone con 400 g di riso e 1,2 litri di brodo. Quanto zafferano serve, e quando lo aggiungo?",
    // Portuguese.
    "Podes escrever um poema curto sobre o mar no inverno, com quatro estrofes de quatro versos, sem rimas fáceis? É para ler num jantar de 20 pessoas no dia 8.",
    "Qual é a diferença entre juros simples e compostos? Se eu investir 5.000 a 4 % durante 6 anos, quanto tenho no fim em cada caso?",
    // Dutch.
    "Kun je mij helpen met een brief aan de verhuurder? De verwarming doet het al 9 dagen niet, het is binnen 15 graden, en hij reageert niet op mijn berichten van 3 en 7 januari.",
    // Polish.
    "Jak obliczyć pole trójkąta o bokach 7, 8 i 9 cm? Proszę o rozwiązanie krok po kroku, bo jutro mam sprawdzian z 3 ostatnich działów.",
    // Russian.
    "Объясни, пожалуйста, чем отличается процесс от потока в операционной системе. Нужно 5 предложений и один пример, экзамен 14 июня в 9:00.",
    // Japanese and Chinese.
    "来週の火曜日の会議を15時から16時半に変更したいです。丁寧なメールを3文で書いてください。参加者は8人で、議題は2025年度の予算です。",
    "请帮我把这段话改写得更正式一些：我们公司今年的销售额比去年增长了12.5%，达到3400万元，明年计划再招聘20名员工。",
];
