package zone

import (
	"fmt"
	"strconv"
	"strings"
)

// generate reads BIND's $GENERATE start-stop[/step] owner [TTL] [class] type
// data: one record for each number, which stands for "$" and, with offset,
// width and base, for "${offset,width,base}". All records have the place of
// the line that makes them.
func (p *parser) generate(e entry) error {
	if err := e.want(4, len(e.fields), "generate-fields", "a range, an owner name, a type and data"); err != nil {
		return err
	}
	start, stop, step, ok := parseRange(e.fields[1].Text)
	if !ok {
		return e.at(1, "generate-range", e.fields[1].String(), "a range such as 1-20 or 0-100/2")
	}
	if (stop-start)/step >= maxGenerate {
		return e.at(1, "generate-many", e.fields[1].String(), fmt.Sprintf("at most %d records", maxGenerate)).with("limit", maxGenerate)
	}
	for n := start; n <= stop; n += step {
		made := entry{file: e.file, fields: make([]field, len(e.fields)-2)}
		for i, f := range e.fields[2:] {
			if f.Text, ok = substitute(f.Text, n); !ok {
				return e.at(i+2, "generate-dollar", f.String(), `"$", or "${offset,width,base}" with the base d, o, x, X, n or N`)
			}
			made.fields[i] = f
		}
		if err := p.record(made); err != nil {
			return err
		}
	}
	return nil
}

func parseRange(text string) (start, stop, step int64, ok bool) {
	span, by, hasStep := strings.Cut(text, "/")
	from, to, isRange := strings.Cut(span, "-")
	number := func(text string) int64 {
		n, err := strconv.ParseUint(text, 10, 31)
		isRange = isRange && err == nil
		return int64(n)
	}
	start, stop, step = number(from), number(to), 1
	if hasStep {
		step = number(by)
	}
	return start, stop, step, isRange && start <= stop && step > 0
}

// substitute puts n where the text says "$"; `\$` and "$$" stand for a dollar.
func substitute(text string, n int64) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		rest := text[i+1:]
		switch {
		case text[i] == '\\' && rest != "":
			b.WriteString(text[i : i+2])
			i++
		case text[i] != '$':
			b.WriteByte(text[i])
		case strings.HasPrefix(rest, "$"):
			b.WriteString(`\$`)
			i++
		case strings.HasPrefix(rest, "{"):
			spec, _, closed := strings.Cut(rest[1:], "}")
			number, ok := modified(spec, n)
			if !closed || !ok {
				return text, false
			}
			b.WriteString(number)
			i += len(spec) + 2
		default:
			b.WriteString(strconv.FormatInt(n, 10))
		}
	}
	return b.String(), true
}

// modified writes n as "offset[,width[,base]]" says.
func modified(spec string, n int64) (string, bool) {
	parts := append(strings.Split(spec, ","), "0", "d")
	if len(parts) > 5 {
		return "", false
	}
	width, base := parts[1], parts[2]
	if len(parts) == 4 { // a width without base
		base = "d"
	}
	offset, err := strconv.ParseInt(parts[0], 10, 32)
	digits, err2 := strconv.ParseUint(width, 10, 8)
	if n += offset; err != nil || err2 != nil || n < 0 {
		return "", false
	}
	switch base {
	case "d", "o", "x", "X":
		return fmt.Sprintf("%0*"+base, int(digits), n), true
	case "n":
		return nibbles(n, int(digits)), true
	case "N":
		return strings.ToUpper(nibbles(n, int(digits))), true
	}
	return "", false
}

// nibbles writes hexadecimal digits from the least significant on, with dots
// in between as in ip6.arpa, in at least width characters.
func nibbles(n int64, width int) string {
	var b strings.Builder
	for {
		b.WriteString(strconv.FormatInt(n&15, 16))
		if n >>= 4; n == 0 && b.Len() >= width {
			return b.String()
		}
		b.WriteByte('.')
	}
}
