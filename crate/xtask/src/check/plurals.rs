//! The forms of plurals by language, for whole numbers.

/// Categories of plurals in Unicode's CLDR.
pub(super) const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// A form of a language's plurals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) category: &'static str,
    /// It is for one number and no other, as `one` is in English but not in French, where it is for 0 as well.
    pub(super) single: bool,
}

/// The categories of groups of languages: CLDR 48, as `Intl.PluralRules` chooses them for whole numbers. After `=`
/// stands the number, where a category is for one only.
const RULES: [(&str, &str); 19] = [
    (
        "other",
        "bm bo dz hnj id ig ii ja jbo jv kde kea km ko lkt lo ms my nqo osa sah ses sg su th to tpi vi wo yo \
     yue zh",
    ),
    (
        "one other",
        "ak am as bho bn ceb csw doi fa ff fil gu guw hi hy is kab kn kok ln mg mk nso pa pcm si ti tzm \
     wa zu",
    ),
    (
        "one=1 other",
        "af an asa ast az bal bem bez bg brx ce cgg chr ckb da de dv ee el en eo et eu fi fo fur fy gl \
     gsw ha haw hu ia ie io jgo jmc ka kaj kcg kk kkj kl ks ksb ku ky lb lg lij mas mgo ml mn mr nah nb nd ne nl nn \
     nnh no nr ny nyn om or os pap ps rm rof rwk saq sc sd sdh seh sn so sq ss ssy st sv sw syr ta te teo tig tk tn \
     tr ts ug ur uz ve vo vun wae xh xog yi",
    ),
    ("zero one other", "lv prg"),
    ("zero=0 one=1 other", "blo cv ksh lag"),
    ("one=1 two=2 other", "he iu naq sat se sma smi smj smn sms"),
    ("one many other", "fr pt"),
    ("one=1 many other", "ca es it lld scn vec"),
    ("one few other", "bs hr lt shi sr"),
    ("one=1 few other", "cs ro sk"),
    ("one two few other", "dsb gd gv hsb sl"),
    ("one=1 two=2 few other", "sgs"),
    ("one few many other", "be ru uk"),
    ("one=1 few many other", "pl"),
    ("one two few many other", "br"),
    ("one=1 two=2 few many other", "ga mt"),
    ("zero=0 one=1 two few many other", "kw"),
    ("zero=0 one=1 two=2 few many other", "ar ars"),
    ("zero=0 one=1 two=2 few=3 many=6 other", "cy"),
];

/// The forms of a language, given as Chrome names its folder: `de`, `pt_BR`.
pub(super) fn forms(folder: &str) -> Option<Vec<Form>> {
    let language = folder.split('_').next()?;
    let (rules, _) = RULES
        .iter()
        .find(|(_, languages)| languages.split_whitespace().any(|each| each == language))?;
    rules
        .split_whitespace()
        .map(|rule| {
            let (name, single) = rule
                .split_once('=')
                .map_or((rule, false), |(name, _)| (name, true));
            let category = *CATEGORIES.iter().find(|category| **category == name)?;
            Some(Form { category, single })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(folder: &str) -> Vec<(&'static str, bool)> {
        let forms = forms(folder).unwrap();
        forms.iter().map(|form| (form.category, form.single)).collect()
    }

    #[test]
    fn forms_of_some_languages() {
        assert_eq!(told("en"), [("one", true), ("other", false)]);
        assert_eq!(told("ja"), [("other", false)]);
        assert_eq!(told("pt_BR"), [("one", false), ("many", false), ("other", false)]);
        assert_eq!(
            told("ar"),
            [
                ("zero", true),
                ("one", true),
                ("two", true),
                ("few", false),
                ("many", false),
                ("other", false)
            ]
        );
        assert_eq!(forms("pt-BR"), None);
        assert_eq!(forms("xx"), None);
    }

    #[test]
    fn every_row_can_be_read_and_names_each_language_once() {
        let mut languages: Vec<&str> = RULES.iter().flat_map(|row| row.1.split_whitespace()).collect();
        for language in &languages {
            let forms = forms(language).unwrap();
            assert_eq!(
                forms.last().map(|form| form.category),
                Some("other"),
                "{language}"
            );
        }
        let all = languages.len();
        languages.sort_unstable();
        languages.dedup();
        assert_eq!(languages.len(), all);
    }
}
