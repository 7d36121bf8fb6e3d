//! One strict pass over a JSON text before it is kept.

use scim_filter::Number;

/// The nesting depth that `serde_json` reads, so that every kept text can become a tree.
const MAX_DEPTH: u8 = 127;

/// The most members of one object. Beyond it a tree finds repeated names faster.
const MAX_MEMBERS: usize = 256;

/// The longest number that fits a double regardless of its digits, without an exponent.
const SHORT_NUMBER: usize = 24;

/// The start of a member of the outermost object.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct MemberOffset {
    /// The hash of the name, independent of letter case.
    pub(super) hash: u32,
    /// The offset of the name's opening quotation mark.
    pub(super) at: u32,
}

/// The result of a pass over a text.
#[derive(Debug)]
pub(super) struct Scanned {
    pub(super) names: Vec<MemberOffset>,
    pub(super) has_null: bool,
    pub(super) is_spaced: bool,
}

/// Scans a JSON object whose members have plain names, unique in any letter case.
///
/// `None` for any other text: it is not JSON, or only a tree can represent it.
pub(super) fn scan(json: &str) -> Option<Scanned> {
    u32::try_from(json.len()).ok()?;
    let mut scanner = Scanner {
        bytes: json.as_bytes(),
        at: 0,
        scope: Vec::with_capacity(32),
        found: Scanned {
            names: Vec::with_capacity(24),
            has_null: false,
            is_spaced: false,
        },
    };

    scanner.space();
    if scanner.peek()? != b'{' {
        return None;
    }
    scanner.object(MAX_DEPTH)?;
    scanner.space();
    (scanner.at == json.len()).then_some(scanner.found)
}

/// Removes the blanks between the tokens of a text.
pub(super) fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    out.extend(json.chars().filter(|&char| {
        if in_string {
            match char {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_string = false,
                _ => {}
            }
            return true;
        }
        in_string = char == '"';
        !matches!(char, ' ' | '\n' | '\r' | '\t')
    }));
    out
}

/// Hashes a name without regard to letter case.
pub(super) fn hash(name: &str) -> u32 {
    // FNV-1a: a few instructions for each byte of a short name. Names that collide lead to a tree.
    name.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193)
    })
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    /// The hashes of the names in all open objects.
    scope: Vec<u32>,
    found: Scanned,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.found.is_spaced = true;
            self.at += 1;
        }
    }

    fn value(&mut self, depth: u8) -> Option<()> {
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => {
                self.found.has_null = true;
                self.word("null")
            }
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let end = self.at + word.len();
        (self.bytes.get(self.at..end)? == word.as_bytes()).then(|| self.at = end)
    }

    fn object(&mut self, depth: u8) -> Option<()> {
        let deeper = depth.checked_sub(1)?;
        let outer = self.scope.len();
        self.take(b'{')?;
        self.space();
        if self.peek()? != b'}' {
            loop {
                self.space();
                self.name(outer, depth == MAX_DEPTH)?;
                self.space();
                self.take(b':')?;
                self.space();
                self.value(deeper)?;
                self.space();
                if self.peek()? == b'}' {
                    break;
                }
                self.take(b',')?;
            }
        }

        self.scope.truncate(outer);
        self.take(b'}')
    }

    fn name(&mut self, outer: usize, is_outermost: bool) -> Option<()> {
        let start = self.at;
        if self.string()? {
            return None;
        }
        let name = self.bytes.get(start + 1..self.at - 1)?;

        let hash = hash(std::str::from_utf8(name).ok()?);
        let siblings = self.scope.get(outer..)?;
        if siblings.len() == MAX_MEMBERS || siblings.contains(&hash) {
            return None;
        }

        self.scope.push(hash);
        if is_outermost {
            let at = u32::try_from(start).ok()?;
            self.found.names.push(MemberOffset { hash, at });
        }
        Some(())
    }

    fn array(&mut self, depth: u8) -> Option<()> {
        let deeper = depth.checked_sub(1)?;
        self.take(b'[')?;
        self.space();
        if self.peek()? == b']' {
            return self.take(b']');
        }

        loop {
            self.space();
            self.value(deeper)?;
            self.space();
            if self.peek()? == b']' {
                return self.take(b']');
            }
            self.take(b',')?;
        }
    }

    /// Skips a string and returns whether it has an escape.
    fn string(&mut self) -> Option<bool> {
        self.take(b'"')?;
        let mut is_escaped = false;
        loop {
            let rest = self.bytes.get(self.at..)?;
            let plain = rest
                .iter()
                .position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20)?;

            self.at += plain + 1;
            match rest.get(plain)? {
                b'"' => return Some(is_escaped),
                b'\\' => {
                    is_escaped = true;
                    self.escape()?;
                }
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        let kind = self.peek()?;
        self.at += 1;
        match kind {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => {
                let digits = self.bytes.get(self.at..self.at + 4)?;
                let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
                // `serde_json` decides about surrogates: two may form one character.
                let is_half = matches!(
                    digits,
                    [b'd' | b'D', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F', ..]
                );
                self.at += 4;
                (is_hex && !is_half).then_some(())
            }
            _ => None,
        }
    }

    fn number(&mut self) -> Option<()> {
        let rest = self.bytes.get(self.at..)?;
        let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let lexeme = rest.get(..rest.iter().take_while(is_part).count())?;
        let text = std::str::from_utf8(lexeme).ok()?;
        Number::parse(text)?;
        // A tree cannot hold a number beyond the range of a double.
        if (text.len() > SHORT_NUMBER || text.contains(['e', 'E']))
            && !text.parse::<f64>().is_ok_and(f64::is_finite)
        {
            return None;
        }
        self.at += lexeme.len();
        Some(())
    }
}
