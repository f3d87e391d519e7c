package cli

import (
	"context"
	"os"
	"time"

	"github.com/spf13/pflag"

	"mailauth/checks/spf"
	"mailauth/cmd/internal/report"
	"mailauth/resolver"
)

// policyFlags are the flags of the commands that show what a policy is.
type policyFlags struct {
	sourceFlags
	sender, helo  string
	record        string
	format, color choice
	verbose       bool
}

// add declares the flags; formats are those of the answer, the usual one first.
func (f *policyFlags) add(flags *pflag.FlagSet, formats ...string) {
	f.format = choice{formats[0], formats}
	f.color = choice{"auto", []string{"auto", "always", "never"}}
	flags.SortFlags = false
	f.sourceFlags.add(flags)
	flags.StringVar(&f.record, "record", "", "")
	flags.StringVar(&f.sender, "sender", "", "")
	flags.StringVar(&f.helo, "helo", "", "")
	flags.Var(&f.format, "format", "")
	flags.Var(&f.color, "color", "")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "")
}

// identity is whom the mail comes from, as far as it is given. Mail with the
// null sender is checked as from postmaster at the HELO name (RFC 7208 §2.4).
func (f *policyFlags) identity() spf.Identity {
	helo := asciiName(f.helo)
	sender, _ := senderOf(f.sender)
	if f.sender == nullSender && helo != "" {
		sender = "postmaster@" + helo
	}
	return spf.Identity{Sender: sender, HELO: helo}
}

// policy is what the DNS says about the SPF of a domain, and what asking cost.
type policy struct {
	*spf.Facts
	cost report.DNS
}

// policies asks for the policy of each domain that the arguments name, else of
// those that the source is of, and hands them over one by one. A domain that
// does not exist is a problem.
func (a *app) policies(f *policyFlags, args []string, show func(policy), problem func(report.Problem)) (*source, error) {
	domains, err := parseDomains(args)
	if err != nil {
		return nil, err
	}
	s, err := a.openSource(&f.sourceFlags, domains)
	if err != nil {
		return nil, err
	}
	defer s.close()
	var tape *recorder
	if f.record != "" {
		tape = s.record()
	}
	shared := resolver.NewCache(s.Resolver, resolver.Within(a.ctx)) // an answer is final for the run
	defer shared.Close()
	var missing []string
	for _, domain := range s.domains {
		found, exists := a.policyOf(domain, shared, f.identity())
		switch {
		case a.ctx.Err() != nil:
			return nil, complain("stopped", "stopped", nil)
		case exists:
			show(found)
		default:
			missing = append(missing, domain)
			r := result{domain: domain, problem: noSuchDomain(domain, s.zones)}
			a.status = worseExit(a.status, a.tell(r.problem))
			problem(a.problem(r))
		}
	}
	if tape != nil && len(missing) < len(s.domains) {
		return s, tape.write(f.record, a.stdout, missing)
	}
	return s, nil
}

// policyOf asks for the policy of one domain within its time; exists says
// whether the DNS knows the domain at all.
func (a *app) policyOf(domain string, base resolver.Resolver, from spf.Identity) (found policy, exists bool) {
	ctx, cancel := context.WithTimeout(a.ctx, domainTimeout)
	defer cancel()
	start := time.Now()
	cache := resolver.NewCache(base, resolver.Within(ctx))
	defer cache.Close()
	found.Facts = spf.Expand(ctx, cache, domain, from)
	exists = found.Outcome != spf.NoName || !a.missing(ctx, domain, cache)
	ledger := cache.Ledger()
	found.cost = report.DNS{Questions: ledger.Questions(), ElapsedMS: time.Since(start).Milliseconds(), Silent: silent(ledger, domain)}
	return found, exists
}

// textOptions say how the text of an answer is to look.
func (a *app) textOptions(f *policyFlags) report.TextOptions {
	width, terminal := columns(a.stdout)
	return report.TextOptions{Texts: a.texts, Width: width, Terminal: terminal,
		Color: colored(f.color.value, terminal, os.Getenv), Verbose: f.verbose}
}

// header begins a document.
func (a *app) header(s *source) report.Header {
	return report.Header{Version: report.Version, Tool: report.Tool{Name: "mailauth", Version: version()}, Lang: a.texts.Lang(), Source: s.describe}
}
