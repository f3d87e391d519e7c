package all_test

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/rand/v2"
	"net/http"

	"mailauth/resolver"
)

// policyURL is where the random domain's MTA-STS policy belongs.
const policyURL = "https://mta-sts.example.co.jp/.well-known/mta-sts.txt"

// policyWeb has an MTA-STS policy, good or not, or what stands in its place.
type policyWeb struct {
	response resolver.FetchResponse
	failure  resolver.FetchErrorKind
	worldWeb
}

// randomWeb are the web servers of a random world. Fault, which may be nil,
// breaks some of them.
func randomWeb(seed uint64, fault func(url string) resolver.FetchErrorKind) policyWeb {
	rng := rand.New(rand.NewPCG(seed, 11))
	web := policyWeb{worldWeb: worldWeb{randomDocuments(), fault}}
	page := func(status int, media, body string) {
		web.response = resolver.FetchResponse{Status: status, Header: http.Header{"Content-Type": {media}}, Body: []byte(body),
			Certificates: [][]*x509.Certificate{nil, issuedTo("mta-sts.example.co.jp"), issuedTo("*.example.co.jp")}[seed%3]}
	}
	policy := func(mode, mx string, age int) {
		page(200, "text/plain; charset=utf-8", fmt.Sprintf("version: STSv1\r\nmode: %s\r\nmx: %s\r\nmax_age: %d\r\n", mode, mx, age))
	}
	choices := []func(){
		func() { policy("enforce", "mail.example.co.jp", 604800) },
		func() { policy("enforce", "*.example.co.jp", 604800) },
		func() { policy("testing", "*.example.net", 3600) },
		func() { policy("testing", "mail.example.co.jp", 604800) },
		func() { policy("enforce", "*.example.net", 3600) },
		func() { policy("none", "mail.example.co.jp", 60) },
		func() { policy("Enforce", "mail.example.co.jp.", 99999999999) },
		func() { page(200, "text/plain", "<html>\n<body>\n") },
		func() { page(200, "text/html", "version: STSv1\n") },
		func() { page(301, "text/html", "") },
		func() { page(404, "text/html", "") },
		func() { web.failure = resolver.FetchTLS },
		func() { web.failure = resolver.FetchForbidden },
	}
	choices[rng.IntN(len(choices))]()
	return web
}

// issuedTo is a web server's certificate, as far as checks look at it.
func issuedTo(name string) []*x509.Certificate {
	return []*x509.Certificate{{Issuer: pkix.Name{Organization: []string{"Let's Encrypt"}}, DNSNames: []string{name}}}
}

// Fetch implements resolver.Fetcher.
func (w policyWeb) Fetch(ctx context.Context, request resolver.FetchRequest) (resolver.FetchResponse, error) {
	if request.URL != policyURL {
		return w.worldWeb.Fetch(ctx, request)
	}
	kind := w.failure
	if w.fault != nil && w.fault(policyURL) != "" {
		kind = w.fault(policyURL)
	}
	if kind != "" {
		return resolver.FetchResponse{}, &resolver.FetchError{Kind: kind, URL: policyURL}
	}
	return w.response, nil
}
