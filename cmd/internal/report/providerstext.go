package report

import (
	"fmt"
	"slices"
	"strings"

	"mailauth/checks"
	"mailauth/checks/catalog"
	"mailauth/checks/provider"
)

// ProviderPage prints the table of providers.
type ProviderPage struct {
	Texts *catalog.Localizer
	Width int
}

func (p ProviderPage) text(id string, args checks.Args) string {
	return Clean(p.Texts.Text("provider."+id, args))
}

// List prints a line for each provider: id, country, what it does, name.
func (p ProviderPage) List(rows []*provider.Provider) string {
	ids, layers := 0, 0
	for _, row := range rows {
		ids = max(ids, Width(row.ID))
		layers = max(layers, Width(p.layers(row, "short")))
	}
	margin := ids + layers + len("  JP  ") + 2
	var b strings.Builder
	for _, row := range rows {
		head := Pad(row.ID, ids+2) + Pad(row.Country, 4) + Pad(p.layers(row, "short"), layers+2)
		for _, line := range Wrap(Clean(row.Name.In(p.Texts.Lang())), p.Width-margin, p.Width-margin) {
			b.WriteString(head + line + "\n")
			head = spaces(margin)
		}
	}
	return b.String()
}

func (p ProviderPage) layers(row *provider.Provider, form string) string {
	var said []string
	for _, l := range row.Layers {
		said = append(said, p.text(form+"-"+string(l), nil))
	}
	return p.Texts.List(said)
}

// providerColumn is where the values of a provider begin.
const providerColumn = 17

// Details prints all that is known of providers.
func (p ProviderPage) Details(table *provider.Table, rows []*provider.Provider) string {
	var b strings.Builder
	for i, row := range rows {
		if i > 0 {
			b.WriteByte('\n')
		}
		p.details(&b, table, row)
	}
	return b.String()
}

func (p ProviderPage) details(b *strings.Builder, table *provider.Table, row *provider.Provider) {
	fmt.Fprintf(b, "%s  %s\n", row.ID, Clean(row.Name.In(p.Texts.Lang())))
	does := p.layers(row, "layer")
	if row.Country != "" {
		does = p.text("country", checks.Args{"layers": does, "country": row.Country})
	}
	p.paragraph(b, "does", does)
	for _, f := range provider.Fields() {
		p.items(b, row, f)
	}
	label := p.text("label-trait", nil)
	for _, trait := range row.Traits {
		fmt.Fprintf(b, "  %s%s\n", Pad(label, providerColumn-2), p.text("trait-"+string(trait), nil))
		label = ""
	}
	p.paragraph(b, "note", row.Note.In(p.Texts.Lang()))
	label = "evidence"
	for _, code := range row.Evidence {
		e, _ := table.Source(code)
		p.paragraph(b, label, p.text("source", checks.Args{"code": e.Code, "title": e.Title.In(p.Texts.Lang()), "date": e.Date}))
		label = ""
	}
	if row.File != "" {
		p.paragraph(b, "file", fmt.Sprintf("%s:%d", row.File, row.Line))
	}
}

// items prints the patterns of a field one below the other, whole, for copying.
func (p ProviderPage) items(b *strings.Builder, row *provider.Provider, f provider.Field) {
	label := p.text("field-"+string(f), nil)
	for _, item := range row.Items(f) {
		if slices.Contains(row.Unverified, f) {
			item += "  " + p.text("unverified", nil)
		}
		fmt.Fprintf(b, "  %s%s\n", Pad(label, providerColumn-2), item)
		label = ""
	}
}

func (p ProviderPage) paragraph(b *strings.Builder, label, text string) {
	if label != "" {
		label = p.text("label-"+label, nil)
	}
	if text == "" {
		return
	}
	for _, line := range Wrap(Clean(text), p.Width-providerColumn, p.Width-providerColumn) {
		fmt.Fprintf(b, "  %s%s\n", Pad(label, providerColumn-2), line)
		label = ""
	}
}
