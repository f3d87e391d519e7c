// Package adapter hands a resolver to libraries that verify mail: SPF (RFC
// 7208) by blitiri.com.ar/go/spf, DKIM (RFC 6376) and DMARC by go-msgauth.
//
// They speak the language of package net, where both "no such record" and
// "nobody could tell" are errors, told apart by flags of net.DNSError. The
// libraries count void lookups and choose between permerror and temperror by
// these flags, so the adapters set them from what the DNS said and never from
// a guess: a second opinion on a proposed zone is then about that very zone.
package adapter

import (
	"context"
	"errors"
	"net"

	"mailauth/resolver"
)

// absent is the error for a name that does not exist or has no record of the
// type: IsNotFound, as package net has it for both.
func absent(name string, status resolver.Status) *net.DNSError {
	text := "no such record"
	if status == resolver.NXDomain {
		text = "no such host"
	}
	return &net.DNSError{Err: text, Name: name, IsNotFound: true}
}

// failed is the error for a question that nobody answered: IsTemporary, with
// the cause below it. A name that cannot be asked does not exist (RFC 7208
// §4.3 treats a malformed domain like a missing one).
func failed(name string, err error) *net.DNSError {
	kind := resolver.KindOf(err)
	if kind == resolver.BadName {
		return &net.DNSError{UnwrapErr: err, Err: err.Error(), Name: name, IsNotFound: true}
	}
	out := &net.DNSError{UnwrapErr: err, Err: string(kind), Name: name, IsTemporary: true, IsTimeout: kind == resolver.Timeout}
	if e, ok := errors.AsType[*resolver.Error](err); ok {
		out.Server = e.Server
		if e.Detail != "" {
			out.Err += ": " + e.Detail
		}
	}
	return out
}

// lookup asks for a name as a library has it: with or without a dot at its
// end, in any case. No record is an error; every error is a *net.DNSError.
func lookup(ctx context.Context, r resolver.Resolver, name string, t resolver.Type) ([]resolver.Record, *net.DNSError) {
	canonical, err := resolver.CanonicalName(name)
	if err != nil {
		q := resolver.Question{Name: name, Type: t}
		return nil, failed(name, &resolver.Error{Kind: resolver.BadName, Question: q, Detail: err.Error(), Err: err})
	}
	if canonical == "." { // the host of a null MX (RFC 7505 §3): the root has no hosts
		return nil, absent(name, resolver.NoData)
	}
	answer, err := r.Lookup(ctx, resolver.Question{Name: canonical, Type: t})
	if err != nil {
		return nil, failed(name, err)
	}
	if len(answer.Records) == 0 {
		return nil, absent(name, answer.Status)
	}
	return answer.Records, nil
}

// texts asks for TXT records, each joined with nothing in between (RFC 7208
// §3.3, RFC 6376 §3.6.2.2).
func texts(ctx context.Context, r resolver.Resolver, name string) ([]string, error) {
	records, failure := lookup(ctx, r, name, resolver.TypeTXT)
	if failure != nil {
		return nil, failure
	}
	var out []string
	for _, record := range records {
		if text, ok := record.Text(); ok {
			out = append(out, text)
		}
	}
	return out, nil
}

// TXTLookup is what go-msgauth's dkim.VerifyOptions and dmarc.LookupOptions
// call LookupTXT. The library has no context of its own: ctx bounds them all.
func TXTLookup(ctx context.Context, r resolver.Resolver) func(domain string) ([]string, error) {
	return func(domain string) ([]string, error) { return texts(ctx, r, domain) }
}
