package all_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/idna"

	"mailauth/checks"
	"mailauth/checks/all"
)

// others opens test material of another project.
func others(t *testing.T, path ...string) string {
	t.Helper()
	folder := os.Getenv("MAILAUTH_TESTDATA")
	if folder == "" {
		t.Skip("MAILAUTH_TESTDATA is not set: the test material of other projects is not here")
	}
	return filepath.Join(append([]string{folder}, path...)...)
}

var suffixCheck = regexp.MustCompile(`^checkPublicSuffix\('([^']*)', (?:'([^']*)'|null)\);`)

// The checks of the public suffix list: a name below a suffix belongs to the
// registrable domain, a suffix to itself.
func TestOrganizationalDomainsOfThePublicSuffixList(t *testing.T) {
	file, err := os.Open(others(t, "psl", "test_psl.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	n := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		found := suffixCheck.FindStringSubmatch(lines.Text())
		if found == nil || strings.HasPrefix(found[1], ".") { // not a domain name
			continue
		}
		n++
		name, want := aLabels(t, found[1]), found[2]
		if want = aLabels(t, want); want == "." {
			want = name
		}
		if got := checks.OrganizationalDomain(name); got != want {
			t.Errorf("%s belongs to %s, want %s", name, got, want)
		}
	}
	if n < 60 {
		t.Errorf("%d names in the list of checks", n)
	}
}

func aLabels(t *testing.T, name string) string {
	t.Helper()
	ascii, err := idna.ToASCII(strings.ToLower(name))
	if err != nil {
		t.Fatal(err)
	}
	return ascii + "."
}

// ruleFor says which rule tells what a tag of the Government of Canada's tracker
// does; a text that is no rule id is the reason why none does.
var ruleFor = map[string]string{
	"spf1": "about whose domain it is", "spf2": "spf-missing", "spf3": "spf-wrong-name", "spf4": "spf-no-all", "spf5": "spf-plus-all",
	"spf6": "spf-neutral-all", "spf7": "spf-softfail", "spf8": "spf-hardfail-with-dmarc", "spf9": "spf-redirect-with-all",
	"spf10": "an a without a name is no fault: what it costs and lets pass is counted", "spf11": "spf-lookups-over", "spf12": "the line of SPF says so",

	"dkim1": "about whose domain it is", "dkim2": "dkim-no-namespace", "dkim3": "x-provider-dkim-missing", "dkim4": "x-provider-dkim-missing",
	"dkim5": "dkim-rsa-lt1024", "dkim6": "dkim-rsa-1024", "dkim7": "the line of DKIM says so", "dkim8": "dkim-rsa-gt4096", "dkim9": "dkim-p-der",
	"dkim10": "dkim-selector-stale", "dkim11": "dkim-ed-only", "dkim12": "dkim-tag-syntax", "dkim13": "dkim-t-y", "dkim14": "dkim-rsa-known-weak",

	"dmarc1": "about whose domain it is", "dmarc2": "dmarc-missing", "dmarc3": "dmarc-p-missing", "dmarc4": "dmarc-p-none",
	"dmarc5": "x-enforce-readiness", "dmarc6": "the line of DMARC says so", "dmarc7": "dmarc-pct", "dmarc8": "dmarc-pct", "dmarc9": "dmarc-pct",
	"dmarc10": "about an address of the Government of Canada", "dmarc11": "about an address of the Government of Canada",
	"dmarc12": "dmarc-no-rua", "dmarc13": "failure reports are no duty: hardly a receiver sends them", "dmarc14": "agreement is as it should be",
	"dmarc15": "dmarc-rua-external-unauth", "dmarc16": "without sp the policy p applies", "dmarc17": "dmarc-sp-weaker",
	"dmarc18": "dmarc-sp-weaker", "dmarc19": "as strict as can be", "dmarc20": "dmarc-pct", "dmarc21": "dmarc-pct", "dmarc22": "dmarc-cname",
	"dmarc23": "the line of DMARC says so",
}

// What another auditor tells, ours does too, or does not for a reason.
func TestTagsOfAnotherAuditor(t *testing.T) {
	var ids []string
	for _, r := range checks.Rules(all.Checks()) {
		ids = append(ids, r.ID)
	}
	n := 0
	for _, name := range []string{"tags_spf.json", "tags_dkim.json", "tags_dmarc.json"} {
		data, err := os.ReadFile(others(t, "guidance-canada", name))
		if err != nil {
			t.Fatal(err)
		}
		var tags map[string]struct {
			EN struct{ TagName, Guidance string }
		}
		if err := json.Unmarshal(data, &tags); err != nil {
			t.Fatal(err)
		}
		for tag, text := range tags {
			n++
			rule, ok := ruleFor[tag]
			switch {
			case !ok:
				t.Errorf("no rule tells what %s does (%s: %s)", tag, text.EN.TagName, text.EN.Guidance)
			case !strings.Contains(rule, " ") && !slices.Contains(ids, rule):
				t.Errorf("%s (%s) stands for %s, which is no rule", tag, text.EN.TagName, rule)
			}
		}
	}
	if n != len(ruleFor) {
		t.Errorf("%d tags, and %d answers to them", n, len(ruleFor))
	}
}
