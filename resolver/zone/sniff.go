package zone

import "strings"

// sniff recognises files that are not zone files, to say so instead of
// complaining about their first word.
func sniff(file, text string) error {
	fail := func(found, hint string) error {
		return &Error{File: file, Line: 1, Col: 1, Found: found, Expected: "a zone file (RFC 1035 master format)", Hint: hint}
	}
	switch start := strings.TrimLeft(strings.TrimPrefix(text, "\ufeff"), " \t\r\n"); {
	case strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff"):
		return fail("UTF-16 text", "save the file as UTF-8 or ASCII")
	case strings.HasPrefix(text, "\x1f\x8b"):
		return fail("a gzip file", "unpack it first")
	case strings.HasPrefix(start, "<"):
		return fail("an HTML or XML document", "")
	case strings.HasPrefix(start, "{") || strings.HasPrefix(start, "["):
		return fail("a JSON document", "a recording is read with --replay")
	}
	if at := strings.IndexByte(text, 0); at >= 0 {
		err := fail("binary data (an octet of zeros)", "a zone in BIND's raw format becomes text with named-compilezone -f raw -F text")
		err.(*Error).Line = 1 + strings.Count(text[:at], "\n")
		err.(*Error).Col = at - strings.LastIndexByte(text[:at], '\n')
		return err
	}
	return nil
}
