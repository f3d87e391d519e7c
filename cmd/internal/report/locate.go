package report

// octetPlace is where one octet of a record's data stands in a zone file: the
// line, counted from 0, and the range of octets in it, two or four for an escape.
type octetPlace struct{ line, start, end int }

// locate finds the octets of a record's character-strings in the lines of its
// zone file. Line and col count from 1 and point at the first octet of the
// data, which may run over several strings and lines (RFC 1035 §5.1). It gives
// up where the file does not hold the data, for it may have changed since.
func locate(lines []string, line, col int, data string) (places []octetPlace, ok bool) {
	s := zoneScanner{lines: lines, want: data}
	for i := line - 1; i >= 0 && i < len(lines); i++ {
		from := 0
		if i == line-1 {
			from = max(col-1, 0)
		}
		if !s.scanLine(i, from) {
			return nil, false
		}
		if len(s.places) == len(data) {
			return s.places, true
		}
	}
	return nil, false
}

type zoneScanner struct {
	lines  []string
	want   string
	places []octetPlace
}

// scanLine reads the rest of a line; false if it holds another octet than the
// data has next.
func (s *zoneScanner) scanLine(i, from int) bool {
	text := s.lines[i]
	quoted := false
	for at := from; at < len(text) && len(s.places) < len(s.want); {
		switch c := text[at]; {
		case c == '"':
			quoted = !quoted
			at++
		case !quoted && c == ';':
			return true
		case !quoted && (c == ' ' || c == '\t' || c == '\r' || c == '(' || c == ')'):
			at++
		default:
			octet, size := zoneOctet(text[at:])
			if octet != s.want[len(s.places)] {
				return false
			}
			s.places = append(s.places, octetPlace{i, at, at + size})
			at += size
		}
	}
	return true
}

// zoneOctet reads one octet of a character-string, escaped or not.
func zoneOctet(text string) (octet byte, size int) {
	if octet, ok := escapedOctet(text); ok {
		return octet, len(`\DDD`)
	}
	if text[0] == '\\' && len(text) > 1 {
		return text[1], 2
	}
	return text[0], 1
}
