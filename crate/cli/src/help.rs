//! What stands below the options in the help texts.

pub(crate) const EXIT_CODES: &str = "Exit codes:
  0  done; the bundle is valid, the log is whole, something was found
  1  the bundle is not valid, the log is damaged, nothing was found
  2  wrong usage, or something cannot be read or written";

pub(crate) const BUNDLE_CODES: &str = "Exit codes:
  0  the bundle is valid
  1  the bundle is not valid; the check that failed is named
  2  wrong usage, or the file cannot be read";

pub(crate) const CHECKS: &str = "Checks, in this order; the first that fails ends them:
  zip       the file is a whole ZIP of the narrow kind that bundles are, within the limits
  bag       it holds the files of a bundle and no others, each with the digest listed for it
  key       the approval is signed, and approval, checkpoint and consent are of one key
  audience  the bundle is for a collector or for export, and for the one given with --audience
  offer     the collector signed the offer                     (only in a bundle for a collector)
  consent   the signer consented to that offer                 (only in a bundle for a collector)
  notice    the notice is the one that was consented to        (only in a bundle for a collector)
  records   the records are byte for byte those that were approved
  line      every line is a record, and follows the one before it
  range     the records are those of the log that the approval names
  root      the signed checkpoint covers them

Never checked, and said so: whether records were withdrawn since, and what stood in the log before
the first record of the bundle. A valid bundle proves who kept these records and in which order;
not that a site received them, nor that their author is human.

A JSON file is what a collector answered, {\"entries\": […]}: each entry of the account is signed by it,
follows the one before and adds up. Or it is a proof, {\"cheat\": [ENTRY, ENTRY]}: two entries that one
collector signed and that cannot both be honest.

Exit codes:
  0  the file is valid, the receipt holds, the proof proves
  1  it is not valid; the check, the record or the entry that failed is named
  2  wrong usage, or the file cannot be read

Examples:
  counterfoil verify counterfoil-3kGxY7Qz-0-12.zip --receipt counterfoil-receipt-0-12.json
  counterfoil verify account.json";

pub(crate) const INIT: &str =
    "The 24 words are the keys of the log. They are given out once: on the terminal, or in the file
named with --words-file. Where there is neither, no log is made.

Exit codes:
  0  the log was made
  2  wrong usage, there is a log already, or something cannot be written

Example:
  counterfoil init --log ~/log";

pub(crate) const RESTORE: &str =
    "A log that the backup knows and the directory does not is added, to be read only; of one that both
know, each gets what it lacks. What was deleted on either side stays deleted. The backup is taken in
whole or not at all. Records are appended to a new log from then on. A directory that had a log keeps
its own 24 words; a new one takes those of the backup.

Exit codes:
  0  the backup was taken in; how much was new is printed
  2  wrong usage, other words, or something cannot be read or written

Examples:
  counterfoil restore --log ~/log counterfoil-backup-2026-11-22.age
  pass show counterfoil | counterfoil restore --log ~/log counterfoil-backup-2026-11-22.age";

pub(crate) const WITHDRAW: &str =
    "Works without the extension: restore a backup into a log first. Each file holds signed withdrawals,
{\"revocations\": [...]}; a collector takes each of them by POST to /v1/revocations as {\"revocation\": ...}, and answers
within 30 days. A trained model cannot unlearn.

Exit codes:
  0  the withdrawals were written
  2  wrong usage, nothing was shared, or something cannot be read or written

Example:
  counterfoil withdraw --log archive --out withdrawals";

pub(crate) const BACKUP: &str =
    "The file is an age file, for the 24 words of the log: restore it with `counterfoil restore`, into a
browser, or read it with the stock `age` program (see `counterfoil identity --help`). It appears
under its name once it is whole; a run that is killed leaves a .counterfoil-….part, to be deleted.

Exit codes:
  0  the backup was written
  2  wrong usage, or something cannot be read or written

Example:
  counterfoil backup --log ~/log --out log-$(date +%F).age";

pub(crate) const SEARCH: &str =
    "A word is found where one of the text begins with it, in any case and with any accents. Beside words:
  \"two words\"            a phrase, of whole words
  site:example.org       this host or one below it; several are alternatives
  kind:prompt            so search, post, comment, edit, response, rating, unknown; several are alternatives
  after:2026-11          from its first moment on; before:2026-11-22 earlier than its; on:2026 within it; UTC
  is:marked              so is:private, is:altered
  -word                  not so; also -\"two words\", -site:, -kind:, -is:. Put it behind --

Exit codes, as those of grep:
  0  something was found
  1  nothing was found
  2  wrong usage, or the log cannot be read, or not all of it

Examples:
  counterfoil search --log ~/log sourdough starter
  counterfoil search --log ~/log -- kind:prompt after:2026 rye -wheat
  counterfoil search --log ~/log --json | jq -r 'select(.kind == \"prompt\").text'";

pub(crate) const EXPORT: &str =
    "What is signed is exactly what the options select, without what this audience has already. Records
of unknown kind are never exported. Nothing is sent: the bundle is a file. Marks for sharing stay,
but for those of the records that were exported. A dry run draws other ids and salts than the export.

Exit codes:
  0  the bundle was written
  1  nothing that could be exported matches
  2  wrong usage, or something cannot be read or written

Examples:
  counterfoil export --log ~/log --kind prompt --since 2026-11-01 --dry-run
  counterfoil export --log ~/log --kind prompt --since 2026-11-01 --out november.zip
  counterfoil verify november.zip";

pub(crate) const CHECK: &str =
    "Every line is hashed again and held against the signed checkpoint of its log, every record against
its line. What is damaged is named.

Exit codes:
  0  everything is as it was signed
  1  something is damaged
  2  wrong usage, or the log cannot be read";

pub(crate) const IDENTITY: &str =
    "Whoever has this key can read every backup that is made with the same 24 words. It signs nothing.

Exit codes:
  0  the key was printed
  2  wrong usage, or words that are none

Example, in bash:
  age --decrypt -i <(counterfoil identity --words-file words.txt) backup.age | head -n 1";

pub(crate) const DETECT: &str =
    "With --json, each line of the input that is not empty has a line of the output, with \"spans\": type, start and
end, in characters (Unicode code points), the end behind the last one. A value that can be several things is
given once for each. Without it, the input is plain text, and each finding is a line: line and column, type,
reason, value. Types and reasons are listed in docs/detection.md.

Exit codes:
  0  done, whatever was found
  2  wrong usage, or something cannot be read

Examples:
  counterfoil detect letter.txt
  counterfoil detect --json < prompts.jsonl > spans.jsonl";

pub(crate) const REDACT: &str = "What becomes of a finding:
  placeholder  [EMAIL_1]; the same value has the same number within a text, and numbers begin anew in each. A
               file of plain text is one text; one that is longer than 1 MiB is taken in parts
  mask         letters and digits become blocks
  generalise   the year of a date, the network of an address; a placeholder where there is nothing general
  drop         nothing is left

Special categories, such as health, are warnings: they stay. With --json, \"redactions\" says how many of each
type were taken out, and never where or what.

Exit codes:
  0  done, whatever was found
  2  wrong usage, or something cannot be read

Examples:
  counterfoil redact --hide my-words.txt letter.txt
  counterfoil redact --json --with mask < prompts.jsonl > shareable.jsonl";
