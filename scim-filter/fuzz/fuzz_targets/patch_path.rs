//! The parser accepts a text as a PATCH path or refuses it with a place in it, and reads back what it prints.

#![no_main]

use libfuzzer_sys::fuzz_target;
use scim_filter::{AttrPath, Parser, PatchPath};

fuzz_target!(|text: &str| {
    let parsers = [Parser::strict(), Parser::new(), Parser::lenient()];
    let [strict, default, lenient] = parsers.map(|parser| parser.patch_path(text));
    assert!(strict.is_err() || strict == default);
    assert!(default.is_err() || default == lenient);
    for result in [strict, default, lenient] {
        match result {
            Ok(path) => {
                let printed = path.to_string();
                let again = PatchPath::parse(&printed).unwrap();
                assert_eq!(again, path);
                assert_eq!(again.to_string(), printed);
                assert_eq!(path.clone().into_owned(), path);
                assert_eq!(path.filter().is_some(), printed.contains('['));
            }
            Err(error) => {
                let span = error.span();
                assert!(span.start <= span.end && span.end <= text.len());
                assert!(!error.display_with(text).to_string().is_empty());
            }
        }
    }
    if let Ok(path) = AttrPath::parse(text) {
        let made = AttrPath::new(path.uri(), path.name(), path.sub_attribute());
        assert_eq!(made.as_ref(), Ok(&path));
        assert_eq!(
            PatchPath::parse(text).map(|path| path.to_string()),
            Ok(path.to_string())
        );
    }
    if let Ok(list) = AttrPath::parse_list(text) {
        let printed = list
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(",");
        assert_eq!(AttrPath::parse_list(&printed), Ok(list));
    }
});
