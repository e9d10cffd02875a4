//! How much of a WebAssembly module's code is of one crate, by the names that the compiler left in it.
//!
//! Functions that were inlined count for where they went, and tables of data are not counted.

/// Section of custom content, and that of code.
const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const CODE: u8 = 10;
/// Subsection of the names of functions.
const FUNCTIONS: u8 = 1;
/// Kind of an import that is a function.
const FUNCTION: u8 = 0;

/// Bytes of the functions whose names hold `name`; `None` where the module has no names, or is none.
pub(crate) fn code_of(module: &[u8], name: &str) -> Option<usize> {
    let mut reader = Reader(module.strip_prefix(b"\0asm\x01\0\0\0")?);
    let (mut imported, mut sizes, mut named) = (0, Vec::new(), None);
    while !reader.0.is_empty() {
        let (kind, mut section) = (reader.byte()?, reader.vector()?);
        match kind {
            IMPORT => imported = functions_imported(&mut section)?,
            CODE => {
                for _ in 0..section.number()? {
                    sizes.push(section.vector()?.0.len());
                }
            }
            CUSTOM if section.vector()?.0 == b"name" => named = functions_named(&mut section, name),
            _ => {}
        }
    }
    let sizes = named?
        .into_iter()
        .filter_map(|index| sizes.get(index.checked_sub(imported)?));
    Some(sizes.sum())
}

/// How many functions an import section has.
fn functions_imported(section: &mut Reader<'_>) -> Option<usize> {
    let mut functions = 0;
    for _ in 0..section.number()? {
        section.vector()?;
        section.vector()?;
        let kind = section.byte()?;
        if kind != FUNCTION {
            // The product's module brings its own memory and tables: it imports functions only.
            return None;
        }
        section.number()?;
        functions += 1;
    }
    Some(functions)
}

/// The indices of the functions whose names hold `name`.
fn functions_named(section: &mut Reader<'_>, name: &str) -> Option<Vec<usize>> {
    let mut found = Vec::new();
    while !section.0.is_empty() {
        let (kind, mut names) = (section.byte()?, section.vector()?);
        if kind != FUNCTIONS {
            continue;
        }
        for _ in 0..names.number()? {
            let index = names.number()?;
            let called = names.vector()?.0;
            if called.windows(name.len()).any(|part| part == name.as_bytes()) {
                found.push(index);
            }
        }
    }
    Some(found)
}

/// What is left of a module.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// An unsigned number in LEB128.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0_usize;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// A number of bytes, and these.
    fn vector(&mut self) -> Option<Reader<'a>> {
        let length = self.number()?;
        let (vector, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(Self(vector))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(kind: u8, content: &[u8]) -> Vec<u8> {
        let length = u8::try_from(content.len()).unwrap();
        [&[kind, length], content].concat()
    }

    #[test]
    fn functions_are_counted_by_their_names() {
        let module = [
            b"\0asm\x01\0\0\0".to_vec(),
            section(IMPORT, b"\x01\x01m\x01f\x00\x00"),
            section(CODE, b"\x03\x02ab\x03abc\x04abcd"),
            section(CUSTOM, b"\x05other"),
            section(
                CUSTOM,
                b"\x04name\x00\x02\x01m\x01\x13\x04\x00\x02f0\x01\x03x::\x02\x03y::\x03\x02x:",
            ),
        ]
        .concat();
        assert_eq!(code_of(&module, "x:"), Some(2 + 4));
        assert_eq!(code_of(&module, "y::"), Some(3));
        assert_eq!(code_of(&module, "z"), Some(0));
        assert_eq!(
            code_of(&module, "f0"),
            Some(0),
            "what is imported has no code here"
        );
        assert_eq!(code_of(&module[..20], "x:"), None);
        assert_eq!(code_of(b"text", "x:"), None);
    }
}
