package zone

import "strings"

const zoneFile = "a zone file (RFC 1035 master format)"

// sniff recognises files that are not zone files, to say so instead of
// complaining about their first word.
func sniff(file, text string) error {
	fail := func(code, found string, h hint) *Error {
		return (&Error{Code: code, File: file, Line: 1, Col: 1, Found: found, Expected: zoneFile}).advise(h)
	}
	switch start := strings.TrimLeft(strings.TrimPrefix(text, "\ufeff"), " \t\r\n"); {
	case strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff"):
		return fail("utf16", "UTF-16 text", hint{"save-as-utf8", "save the file as UTF-8 or ASCII"})
	case strings.HasPrefix(text, "\x1f\x8b"):
		return fail("gzip", "a gzip file", hint{"unpack", "unpack it first"})
	case strings.HasPrefix(start, "<"):
		return fail("html", "an HTML or XML document", hint{})
	case strings.HasPrefix(start, "{") || strings.HasPrefix(start, "["):
		return fail("json", "a JSON document", hint{"use-replay", "a recording is read with --replay"})
	}
	if at := strings.IndexByte(text, 0); at >= 0 {
		err := fail("binary", "binary data (an octet of zeros)", hint{"compile-zone", "a zone in BIND's raw format becomes text with named-compilezone -f raw -F text"})
		err.Line = 1 + strings.Count(text[:at], "\n")
		err.Col = at - strings.LastIndexByte(text[:at], '\n')
		return err
	}
	return nil
}
