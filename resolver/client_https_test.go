package resolver_test

import (
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"mailauth/resolver"
)

// TestClientHTTPS has servers that are web servers, but not quite RFC 8484.
func TestClientHTTPS(t *testing.T) {
	var followed int
	mux := http.NewServeMux()
	reply := func(w http.ResponseWriter, r *http.Request, edit func(*dns.Msg), media string) {
		raw, err := io.ReadAll(r.Body)
		var query dns.Msg
		if err != nil || query.Unpack(raw) != nil {
			http.Error(w, "no message", http.StatusBadRequest)
			return
		}
		if query.Id != 0 {
			http.Error(w, "the id is not 0", http.StatusBadRequest)
			return
		}
		msg := new(dns.Msg).SetRcode(&query, dns.RcodeNameError)
		msg.RecursionAvailable = true
		edit(msg)
		if raw, err = msg.Pack(); err != nil {
			return
		}
		w.Header().Set("Content-Type", media)
		_, _ = w.Write(raw)
	}
	handle := func(path string, edit func(*dns.Msg), media string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { reply(w, r, edit, media) })
	}
	const media = "application/dns-message"
	handle("/good", func(*dns.Msg) {}, media)
	handle("/parameter", func(*dns.Msg) {}, media+"; charset=binary")
	handle("/html", func(*dns.Msg) {}, "text/html")
	handle("/other-question", func(m *dns.Msg) { m.Question[0].Name = "example.net." }, media)
	handle("/other-id", func(m *dns.Msg) { m.Id = 7 }, media)
	handle("/truncated", func(m *dns.Msg) { m.Truncated = true }, media)
	mux.HandleFunc("/error", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "down", http.StatusServiceUnavailable) })
	mux.HandleFunc("/elsewhere", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/target", http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("/target", func(w http.ResponseWriter, r *http.Request) {
		followed++
		reply(w, r, func(*dns.Msg) {}, media)
	})
	mux.HandleFunc("/huge", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", media)
		_, _ = io.Copy(w, io.LimitReader(strings.NewReader(strings.Repeat("\x00", 70000)), 70000))
	})
	web := httptest.NewTLSServer(mux)
	defer web.Close()
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())

	for _, tt := range []struct {
		path string
		ok   bool
		why  string
	}{
		{"/good", true, "a server that is one"},
		{"/parameter", true, "a media type may have parameters"},
		{"/html", false, "a login page"},
		{"/other-question", false, "an answer to another question"},
		{"/other-id", false, "an answer to another id"},
		{"/truncated", false, "truncated, where nothing can be"},
		{"/error", false, "HTTP 503"},
		{"/missing", false, "HTTP 404"},
		{"/elsewhere", false, "a redirect is not followed"},
		{"/huge", false, "more than a message can have"},
	} {
		client := resolver.NewClient([]resolver.Server{{Net: "https", URL: web.URL + tt.path}}, resolver.WithRootCAs(roots))
		answer, err := client.Lookup(t.Context(), resolver.Question{Name: "example.co.jp.", Type: resolver.TypeTXT})
		if tt.ok && (err != nil || answer.Status != resolver.NXDomain) || !tt.ok && resolver.KindOf(err) != resolver.BadReply {
			t.Errorf("%s (%s): answer %v, error %v", tt.path, tt.why, answer, err)
		}
		client.Close()
	}
	if followed != 0 {
		t.Errorf("a redirect was followed %d times", followed)
	}
}
