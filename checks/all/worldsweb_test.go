package all_test

import (
	"context"
	"net/http"
	"strings"

	"mailauth/resolver"
)

// worldWeb is what the web servers of random worlds have, by URL. A host that
// is not named here has no address.
type worldWeb struct {
	documents map[string]string
	// fault fails the documents that it names a kind for; nil fails none.
	fault func(url string) resolver.FetchErrorKind
}

// Fetch implements resolver.Fetcher.
func (w worldWeb) Fetch(_ context.Context, request resolver.FetchRequest) (resolver.FetchResponse, error) {
	if w.fault != nil {
		if kind := w.fault(request.URL); kind != "" {
			return resolver.FetchResponse{}, &resolver.FetchError{Kind: kind, URL: request.URL}
		}
	}
	body, known := w.documents[request.URL]
	switch {
	case !known:
		return resolver.FetchResponse{}, &resolver.FetchError{Kind: resolver.FetchNoAddress, URL: request.URL}
	case strings.HasPrefix(body, "redirect "):
		return resolver.FetchResponse{Status: http.StatusFound, Header: http.Header{"Location": {strings.TrimPrefix(body, "redirect ")}}}, nil
	case body == "":
		return resolver.FetchResponse{Status: http.StatusNotFound}, nil
	}
	return resolver.FetchResponse{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte(body)}, nil
}

// randomDocuments are the documents that the records of random worlds name, good
// and bad.
func randomDocuments() map[string]string {
	const logo = `<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 8 8"><title>x</title></svg>`
	return map[string]string{
		"https://img.example.co.jp/logo.svg":  logo,
		"https://img.example.co.jp/wide.svg":  strings.Replace(logo, "0 0 8 8", "0 0 8 4", 1),
		"https://img.example.co.jp/old.svg":   strings.Replace(logo, "tiny-ps", "tiny", 1),
		"https://img.example.co.jp/moved.svg": "redirect https://img.example.co.jp/logo.svg",
		"https://img.example.co.jp/gone.svg":  "",
		"https://img.example.co.jp/mark.pem":  "<html>",
	}
}

// fetchFault decides by seed and URL, as fault does for questions.
func fetchFault(seed, share uint64, url string) resolver.FetchErrorKind {
	if fault(seed, share, resolver.Question{Name: url}) == "" {
		return ""
	}
	kinds := []resolver.FetchErrorKind{resolver.FetchDNS, resolver.FetchTimeout, resolver.FetchUnreachable, resolver.FetchHTTP, resolver.FetchOffline}
	return kinds[(seed+uint64(len(url)))%uint64(len(kinds))]
}
