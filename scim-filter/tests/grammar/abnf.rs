//! A slow reference implementation of the grammar of RFC 7644, with and without the additions of the
//! default mode. Each rule returns every place where it can end.
//!
//! Like the crate, it is narrower than the printed rules in three points:
//! - A value path contains no value path, although `logExp` allows one.
//! - A URI has no round or square brackets, which would be ambiguous with those of the filter.
//! - A surrogate in a string comes in a pair (RFC 7159 §8.2).

use std::collections::BTreeSet;

type Ends = BTreeSet<usize>;

/// The grammar to follow.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Grammar {
    /// The rules as printed in the RFC.
    Printed,
    /// The printed rules, and `not (`, `$ref` and `emails[type eq "work"].value eq "x"`.
    Default,
}

/// Figure 1, `FILTER`.
pub(crate) fn is_filter(grammar: Grammar, text: &str) -> bool {
    let abnf = Abnf(text.as_bytes(), grammar);
    abnf.filter(0, true).contains(&text.len())
}

/// Figure 7, `PATH = attrPath / valuePath [subAttr]`.
pub(crate) fn is_path(grammar: Grammar, text: &str) -> bool {
    let abnf = Abnf(text.as_bytes(), grammar);
    let mut ends = abnf.attr_path(0);
    for end in abnf.brackets(0) {
        ends.extend(abnf.sub_attr(end));
        ends.insert(end);
    }
    ends.contains(&text.len())
}

struct Abnf<'t>(&'t [u8], Grammar);

impl Abnf<'_> {
    /// `FILTER`, or `valFilter` without value paths.
    fn filter(&self, at: usize, value_paths: bool) -> Ends {
        let mut ends = Ends::new();
        let mut new = self.operand(at, value_paths);
        while let Some(end) = new.pop_first() {
            if ends.insert(end) {
                for word in ["and", "or"] {
                    let next = then(self.word(" ", end), |at| self.word(word, at));
                    let next = then(next, |at| self.word(" ", at));
                    new.extend(then(next, |at| self.operand(at, value_paths)));
                }
            }
        }
        ends
    }

    fn operand(&self, at: usize, value_paths: bool) -> Ends {
        let mut ends = self.attr_exp(at);
        if value_paths {
            ends.extend(self.value_path(at));
        }
        let mut not = self.word("not", at);
        if self.1 == Grammar::Default {
            not.extend(then(not.clone(), |at| self.word(" ", at)));
        }
        not.insert(at);
        let open = then(not, |at| self.word("(", at));
        let inner = then(open, |at| self.filter(at, value_paths));
        ends.extend(then(inner, |at| self.word(")", at)));
        ends
    }

    fn value_path(&self, at: usize) -> Ends {
        let mut ends = self.brackets(at);
        if self.1 == Grammar::Default {
            let sub = then(ends.clone(), |at| self.sub_attr(at));
            ends.extend(then(sub, |at| self.test(at)));
        }
        ends
    }

    fn brackets(&self, at: usize) -> Ends {
        let open = then(self.attr_path(at), |at| self.word("[", at));
        let inner = then(open, |at| self.filter(at, false));
        then(inner, |at| self.word("]", at))
    }

    fn attr_exp(&self, at: usize) -> Ends {
        then(self.attr_path(at), |at| self.test(at))
    }

    fn test(&self, at: usize) -> Ends {
        let path = self.word(" ", at);
        let mut ends = then(path.clone(), |at| self.word("pr", at));
        for op in ["eq", "ne", "co", "sw", "ew", "gt", "lt", "ge", "le"] {
            let op = then(path.clone(), |at| self.word(op, at));
            let value = then(op, |at| self.word(" ", at));
            ends.extend(then(value, |at| self.comp_value(at)));
        }
        ends
    }

    fn attr_path(&self, at: usize) -> Ends {
        let mut starts = then(self.uri(at), |at| self.word(":", at));
        starts.insert(at);
        let mut ends = then(starts, |at| self.attr_name(at));
        ends.extend(then(ends.clone(), |at| self.sub_attr(at)));
        ends
    }

    fn sub_attr(&self, at: usize) -> Ends {
        then(self.word(".", at), |at| self.attr_name(at))
    }

    fn attr_name(&self, at: usize) -> Ends {
        let dollar = |byte| self.1 == Grammar::Default && byte == b'$';
        let first = optional(at, self.byte(at, dollar));
        let first = then(first, |at| self.byte(at, |byte| byte.is_ascii_alphabetic()));
        self.many(first, |abnf, at| {
            abnf.byte(at, |byte| {
                byte.is_ascii_alphanumeric() || b"-_".contains(&byte) || dollar(byte)
            })
        })
    }

    fn comp_value(&self, at: usize) -> Ends {
        let mut ends = self.number(at);
        ends.extend(self.string(at));
        for word in ["false", "null", "true"] {
            let found = self.0.get(at..at + word.len());
            ends.extend((found == Some(word.as_bytes())).then_some(at + word.len()));
        }
        ends
    }

    /// RFC 7159 §6: `[ minus ] int [ frac ] [ exp ]`.
    fn number(&self, at: usize) -> Ends {
        let digit = |abnf: &Self, at| abnf.byte(at, |byte| byte.is_ascii_digit());
        let digits = |starts: Ends| self.many(then(starts, |at| digit(self, at)), digit);
        let starts = optional(at, self.word("-", at));
        let mut int = then(starts.clone(), |at| self.word("0", at));
        let first = then(starts, |at| {
            self.byte(at, |byte| (b'1'..=b'9').contains(&byte))
        });
        int.extend(self.many(first, digit));
        let frac = digits(then(int.clone(), |at| self.word(".", at)));
        let mantissa: Ends = int.union(&frac).copied().collect();
        let e = then(mantissa.clone(), |at| self.word("e", at));
        let sign = then(e.clone(), |at| {
            self.byte(at, |byte| byte == b'+' || byte == b'-')
        });
        let exp = digits(e.union(&sign).copied().collect());
        mantissa.union(&exp).copied().collect()
    }

    /// RFC 7159 §7.
    fn string(&self, at: usize) -> Ends {
        let body = self.many(self.word("\"", at), |abnf, at| {
            let mut ends = abnf.byte(at, |byte| byte >= 0x20 && !b"\"\\".contains(&byte));
            let escape = abnf.word("\\", at);
            ends.extend(then(escape.clone(), |at| {
                abnf.byte(at, |byte| b"\"\\/bfnrt".contains(&byte))
            }));
            ends.extend(then(escape, |at| abnf.unicode(at)));
            ends
        });
        then(body, |at| self.word("\"", at))
    }

    /// `uXXXX`, or a surrogate pair of two with a backslash between.
    fn unicode(&self, at: usize) -> Ends {
        let Some((code, end)) = self.hex4(at) else {
            return Ends::new();
        };
        match code {
            0xd800..0xdc00 => then(self.word("\\", end), |at| match self.hex4(at) {
                Some((0xdc00..0xe000, last)) => Ends::from([last]),
                Some(_) | None => Ends::new(),
            }),
            0xdc00..0xe000 => Ends::new(),
            _ => Ends::from([end]),
        }
    }

    fn hex4(&self, at: usize) -> Option<(u32, usize)> {
        let text = std::str::from_utf8(self.0.get(at..at + 5)?).ok()?;
        let digits = text.strip_prefix('u')?;
        let hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        hex.then(|| (u32::from_str_radix(digits, 16).unwrap_or(0), at + 5))
    }

    /// RFC 3986, appendix A.
    fn uri(&self, at: usize) -> Ends {
        let first = self.byte(at, |byte| byte.is_ascii_alphabetic());
        let scheme = self.many(first, |abnf, at| {
            abnf.byte(at, |byte| {
                byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)
            })
        });
        let start = then(scheme, |at| self.word(":", at));
        let segments = |starts: Ends| {
            self.many(starts, |abnf, at| {
                let mut ends = abnf.pchar(at);
                ends.extend(abnf.word("/", at));
                ends
            })
        };
        // path-empty, path-rootless, path-absolute, and an authority with path-abempty.
        let mut ends = start.clone();
        ends.extend(segments(then(start.clone(), |at| self.pchar(at))));
        let slash = then(start, |at| self.word("/", at));
        ends.extend(&slash);
        ends.extend(segments(then(slash.clone(), |at| self.pchar(at))));
        let authority = then(then(slash, |at| self.word("/", at)), |at| {
            self.authority(at)
        });
        ends.extend(&authority);
        ends.extend(segments(then(authority, |at| self.word("/", at))));
        for mark in ["?", "#"] {
            let rest = then(ends.clone(), |at| self.word(mark, at));
            ends.extend(self.many(rest, |abnf, at| {
                let mut ends = abnf.pchar(at);
                ends.extend(abnf.byte(at, |byte| b"/?".contains(&byte)));
                ends
            }));
        }
        ends
    }

    /// `[ userinfo "@" ] host [ ":" port ]`
    fn authority(&self, at: usize) -> Ends {
        let userinfo = self.many(Ends::from([at]), |abnf, at| {
            let mut ends = abnf.unreserved_or_escape(at);
            ends.extend(abnf.word(":", at));
            ends
        });
        let host = optional(at, then(userinfo, |at| self.word("@", at)));
        let host = self.many(host, Self::unreserved_or_escape);
        let port = then(host.clone(), |at| self.word(":", at));
        let port = self.many(port, |abnf, at| abnf.byte(at, |byte| byte.is_ascii_digit()));
        host.union(&port).copied().collect()
    }

    fn pchar(&self, at: usize) -> Ends {
        let mut ends = self.unreserved_or_escape(at);
        ends.extend(self.byte(at, |byte| b":@".contains(&byte)));
        ends
    }

    /// `unreserved / pct-encoded / sub-delims`, except round brackets.
    fn unreserved_or_escape(&self, at: usize) -> Ends {
        let hex = |at| self.byte(at, |byte| byte.is_ascii_hexdigit());
        let mut ends = self.byte(at, |byte| {
            byte.is_ascii_alphanumeric() || b"-._~!$&'*+,;=".contains(&byte)
        });
        ends.extend(then(then(self.word("%", at), hex), hex));
        ends
    }

    /// A quoted string of ABNF, in any case.
    fn word(&self, word: &str, at: usize) -> Ends {
        match self.0.get(at..at + word.len()) {
            Some(found) if found.eq_ignore_ascii_case(word.as_bytes()) => {
                Ends::from([at + word.len()])
            }
            _ => Ends::new(),
        }
    }

    fn byte(&self, at: usize, fits: impl Fn(u8) -> bool) -> Ends {
        match self.0.get(at) {
            Some(&byte) if fits(byte) => Ends::from([at + 1]),
            _ => Ends::new(),
        }
    }

    /// `*unit`
    fn many(&self, starts: Ends, unit: impl Fn(&Self, usize) -> Ends) -> Ends {
        let mut ends = Ends::new();
        let mut new = starts;
        while let Some(end) = new.pop_first() {
            if ends.insert(end) {
                new.extend(unit(self, end));
            }
        }
        ends
    }
}

fn then(starts: Ends, rule: impl Fn(usize) -> Ends) -> Ends {
    starts.into_iter().flat_map(rule).collect()
}

fn optional(at: usize, mut ends: Ends) -> Ends {
    ends.insert(at);
    ends
}
