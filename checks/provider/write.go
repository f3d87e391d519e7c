package provider

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// TOML writes rows, and the sources that they name, as a file that Extend
// reads.
func (t *Table) TOML(providers []*Provider) string {
	var b strings.Builder
	for _, e := range t.evidence {
		if !slices.ContainsFunc(providers, func(p *Provider) bool { return slices.Contains(p.Evidence, e.Code) }) {
			continue
		}
		fmt.Fprintf(&b, "[evidence.%s]\n", e.Code)
		writeNames(&b, "title", e.Title)
		writeText(&b, "date", e.Date)
		b.WriteByte('\n')
	}
	for i, p := range providers {
		if i > 0 {
			b.WriteByte('\n')
		}
		p.write(&b)
	}
	return b.String()
}

func (p *Provider) write(b *strings.Builder) {
	fmt.Fprintf(b, "[provider.%s]\n", p.ID)
	writeNames(b, "name", p.Name)
	writeList(b, "layers", p.Layers)
	writeText(b, "country", p.Country)
	writeList(b, "traits", p.Traits)
	for _, f := range Fields() {
		writeList(b, string(f), p.Items(f))
	}
	writeList(b, "evidence", p.Evidence)
	writeList(b, "unverified", p.Unverified)
	writeNames(b, "note", p.Note)
}

func writeNames(b *strings.Builder, key string, n Names) {
	writeText(b, key, n.EN)
	writeText(b, key+"-ja", n.JA)
}

func writeText(b *strings.Builder, key, text string) {
	if text != "" {
		fmt.Fprintf(b, "%s = %s\n", key, basicString(text))
	}
}

func writeList[T any](b *strings.Builder, key string, list []T) {
	if len(list) == 0 {
		return
	}
	var items []string
	for _, item := range list {
		items = append(items, basicString(fmt.Sprint(item)))
	}
	fmt.Fprintf(b, "%s = [%s]\n", key, strings.Join(items, ", "))
}

// basicString writes a text without control characters as TOML does.
func basicString(text string) string {
	if !strings.ContainsAny(text, `"\`) {
		return `"` + text + `"`
	}
	return strconv.Quote(text)
}
