package all_test

import (
	"regexp"
	"slices"
	"testing"

	"mailauth/checks"
	"mailauth/checks/role"
	"mailauth/fixtures"
)

const setupFolder = "../../fixtures/setups"

// Domains that are set up as their providers say raise neither an error nor a
// warning, and nothing about them is open.
func TestSetupsRaiseNothing(t *testing.T) {
	setups, err := fixtures.LoadAll(setupFolder)
	if err != nil {
		t.Fatal(err)
	}
	if len(setups) < 20 {
		t.Fatalf("%d setups, want at least 20", len(setups))
	}
	sourced := regexp.MustCompile(`(?s)Source: .*20\d\d`)
	for _, s := range setups {
		t.Run(s.Name, func(t *testing.T) {
			if !sourced.MatchString(s.Comment) {
				t.Error("the setup names no source with its date")
			}
			report := audit(t, s, s.Zones)
			for _, f := range report.Findings {
				if f.Severity >= checks.Warning || f.Rule == checks.TempFail {
					t.Errorf("%s %s at %s, args %v", f.Severity, f.Rule.ID, f.Name, f.Args)
				}
			}
			if report.Verdict != checks.StatusPass {
				t.Errorf("verdict %s, want pass", report.Verdict)
			}
		})
	}
}

// Who is behind a setup is told from its records.
func TestSetupsNameTheirProviders(t *testing.T) {
	want := map[string]struct{ inbound, outbound []string }{
		"google-workspace":                {[]string{"google-workspace"}, []string{"google-workspace"}},
		"microsoft-365-new":               {[]string{"microsoft-365"}, []string{"microsoft-365"}},
		"hennge-microsoft-365":            {[]string{"microsoft-365"}, []string{"microsoft-365", "hennge-one"}},
		"trend-micro-japan-microsoft-365": {[]string{"trend-micro"}, []string{"microsoft-365"}},
		"kagoya":                          {[]string{"kagoya"}, []string{"kagoya"}},
		"zoho-jp":                         {[]string{"zoho-mail"}, []string{"zoho-mail"}},
	}
	for name, parties := range want {
		s, err := fixtures.Load(setupFolder + "/" + name + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range audit(t, s, s.Zones).Checks {
			facts, ok := c.Facts.(*role.Facts)
			if !ok {
				continue
			}
			in, out := ids(facts.Inbound), ids(facts.Outbound)
			for _, id := range parties.inbound {
				if !slices.Contains(in, id) {
					t.Errorf("%s: inbound %v, want %s", name, in, id)
				}
			}
			for _, id := range parties.outbound {
				if !slices.Contains(out, id) {
					t.Errorf("%s: outbound %v, want %s", name, out, id)
				}
			}
		}
	}
}

func ids(parties []*role.Party) (names []string) {
	for _, p := range parties {
		names = append(names, p.Provider)
	}
	return names
}
