//! Reading a JSON text strictly, once, before it is kept.

use scim_filter::Number;

/// As deep as `serde_json` reads, so that what is kept as text can always become a tree.
const DEEPEST: u8 = 127;

/// More members than this in one object, and looking for a name that comes twice is left to a map.
const MOST_MEMBERS: usize = 256;

/// Numbers of this length fit a double whatever their digits are, unless they have an exponent.
const SHORT_NUMBER: usize = 24;

/// Where a member of the outermost object begins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Name {
    /// The hash of its name, the same in upper and lower case.
    pub(super) hash: u32,
    /// The offset of its name's opening quotation mark.
    pub(super) at: u32,
}

/// What one pass over a text found.
#[derive(Debug)]
pub(super) struct Scanned {
    pub(super) names: Vec<Name>,
    pub(super) has_null: bool,
    pub(super) is_spaced: bool,
}

/// Reads a JSON object whose members have plain names, each once in whatever spelling.
///
/// `None` for anything else: a text that is no JSON, and one that only a tree can make sense of.
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
    scanner.object(DEEPEST)?;
    scanner.space();
    (scanner.at == json.len()).then_some(scanner.found)
}

/// The text without the blanks between its tokens.
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

/// A hash of a name that letter case does not change.
pub(super) fn hash(name: &str) -> u32 {
    // FNV-1a: a few instructions for each byte, and names are short. Whoever makes names collide gets a tree.
    name.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193)
    })
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    /// The hashes of the names in every object that is open.
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
                self.name(outer, depth == DEEPEST)?;
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
        if siblings.len() == MOST_MEMBERS || siblings.contains(&hash) {
            return None;
        }
        self.scope.push(hash);
        if is_outermost {
            let at = u32::try_from(start).ok()?;
            self.found.names.push(Name { hash, at });
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

    /// Passes over a string; whether it has an escape.
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
                // Of two halves that must belong together `serde_json` makes one character, or an error.
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
        // A tree cannot hold a number beyond the doubles.
        if (text.len() > SHORT_NUMBER || text.contains(['e', 'E']))
            && !text.parse::<f64>().is_ok_and(f64::is_finite)
        {
            return None;
        }
        self.at += lexeme.len();
        Some(())
    }
}
