package report

import (
	"slices"

	"mailauth/checks/provider"
)

// ProvidersDocument is everything that `providers` says.
type ProvidersDocument struct {
	Header
	// Evidence are the sources that the rows name.
	Evidence  []EvidenceSource `json:"evidence"`
	Providers []ProviderRow    `json:"providers"`
}

// EvidenceSource is where facts of the table come from. Date is YYYY, YYYY-MM or
// YYYY-MM-DD.
type EvidenceSource struct {
	Code  string `json:"code"`
	Title string `json:"title"`
	Date  string `json:"date"`
}

// ProviderRow is what the table knows of a provider. Patterns have `*` for any
// octets of a label and, as a first label, for one or more labels.
type ProviderRow struct {
	ID     string           `json:"id"`
	Name   string           `json:"name"`
	Names  provider.Names   `json:"names"`
	Layers []provider.Layer `json:"layers"`
	// Country is a code of two letters, empty if it is not known.
	Country      string           `json:"country"`
	Includes     []string         `json:"includes"`
	Hosts        []string         `json:"hosts"`
	Networks     []string         `json:"networks"`
	MX           []string         `json:"mx"`
	Placeholders []string         `json:"mx_placeholders"`
	Selectors    []string         `json:"selectors"`
	DKIMTargets  []string         `json:"dkim_targets"`
	ReturnPaths  []string         `json:"return_paths"`
	DMARCTargets []string         `json:"dmarc_targets"`
	MailDomains  []string         `json:"mail_domains"`
	WebNetworks  []string         `json:"web_networks"`
	Keys         []string         `json:"keys"`
	Traits       []provider.Trait `json:"traits"`
	Evidence     []string         `json:"evidence"`
	Unverified   []provider.Field `json:"unverified"`
	Note         string           `json:"note"`
	// File and Line are where a user's file has the row; null for a built-in one.
	File *string `json:"file"`
	Line *int    `json:"line"`
}

// BuildProviders says in the header's language what is known of providers.
func BuildProviders(header Header, table *provider.Table, rows []*provider.Provider) ProvidersDocument {
	doc := ProvidersDocument{Header: header, Evidence: []EvidenceSource{}, Providers: []ProviderRow{}}
	for _, e := range table.Evidence() {
		if slices.ContainsFunc(rows, func(p *provider.Provider) bool { return slices.Contains(p.Evidence, e.Code) }) {
			doc.Evidence = append(doc.Evidence, EvidenceSource{e.Code, e.Title.In(header.Lang), e.Date})
		}
	}
	for _, p := range rows {
		doc.Providers = append(doc.Providers, providerRow(p, header.Lang))
	}
	return doc
}

func providerRow(p *provider.Provider, lang string) ProviderRow {
	row := ProviderRow{
		ID: p.ID, Name: p.Name.In(lang), Names: p.Name.Both(), Layers: p.Layers, Country: p.Country,
		Includes: p.Items(provider.Includes), Hosts: p.Items(provider.Hosts), Networks: p.Items(provider.Networks),
		MX: p.Items(provider.MX), Placeholders: p.Items(provider.Placeholders), Selectors: p.Items(provider.Selectors),
		DKIMTargets: p.Items(provider.DKIMTargets), ReturnPaths: p.Items(provider.ReturnPaths), DMARCTargets: p.Items(provider.DMARCTargets),
		MailDomains: p.Items(provider.MailDomains), WebNetworks: p.Items(provider.WebNetworks), Keys: p.Items(provider.Keys), Traits: append([]provider.Trait{}, p.Traits...),
		Evidence: notNil(p.Evidence), Unverified: append([]provider.Field{}, p.Unverified...), Note: p.Note.In(lang),
	}
	if p.File != "" {
		row.File, row.Line = &p.File, &p.Line
	}
	return row
}
