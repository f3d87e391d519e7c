package dnstest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"mailauth/resolver"
)

// ServerName is whom the certificate of TLS and HTTPS is for.
const ServerName = "dns.example.net"

// authority is a certificate authority that nobody else knows.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "dnstest"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	return &authority{cert: sign(t, template, template, key, key), key: key}
}

// leaf makes a certificate for a name and an address.
func (a *authority) leaf(t testing.TB, name string, addr netip.Addr) tls.Certificate {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name},
		DNSNames: []string{name}, IPAddresses: []net.IP{addr.AsSlice()},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	return tls.Certificate{Certificate: [][]byte{sign(t, template, a.cert, key, a.key).Raw}, PrivateKey: key}
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t testing.TB, template, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// Roots are the certificate authorities to trust, for resolver.WithRootCAs.
func (s *Server) Roots(t testing.TB) *x509.CertPool {
	t.Helper()
	s.tlsConfig(t)
	pool := x509.NewCertPool()
	pool.AddCert(s.ca.cert)
	return pool
}

// TLS serves the same DNS over TLS as well (RFC 7858), at a port of its own.
func (s *Server) TLS(t testing.TB) resolver.Server {
	t.Helper()
	listener, err := tls.Listen("tcp", netip.AddrPortFrom(s.addr.Addr(), 0).String(), s.tlsConfig(t, "dot"))
	if err != nil {
		t.Fatal(err)
	}
	s.serve(listener, "tls")
	return resolver.Server{Net: "tls", Addr: listener.Addr().(*net.TCPAddr).AddrPort(), Name: ServerName}
}

// HTTPS serves the same DNS over HTTPS as well (RFC 8484), at a port of its
// own. The URL has the address for its host. With http1 only HTTP/1.1 is spoken.
func (s *Server) HTTPS(t testing.TB, http1 bool) resolver.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(s.serveHTTP))
	listener, err := net.Listen("tcp", netip.AddrPortFrom(s.addr.Addr(), 0).String())
	if err != nil {
		t.Fatal(err)
	}
	server.Listener.Close()
	server.Listener = counting{listener, s}
	server.TLS = s.tlsConfig(t)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // clients that refuse the certificate are part of tests
	server.EnableHTTP2 = !http1
	server.StartTLS()
	t.Cleanup(func() { s.end(); server.Close() })
	return resolver.Server{Net: "https", URL: server.URL + "/dns-query"}
}

// counting counts connections.
type counting struct {
	net.Listener
	server *Server
}

// Accept implements net.Listener.
func (c counting) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.server.mu.Lock()
		c.server.accepted++
		c.server.mu.Unlock()
	}
	return conn, err
}

func (s *Server) serveHTTP(w http.ResponseWriter, r *http.Request) {
	query, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 65535))
	switch {
	case err != nil:
		return
	case r.Method != http.MethodPost || r.URL.Path != "/dns-query":
		http.NotFound(w, r)
		return
	case r.Header.Get("Content-Type") != "application/dns-message":
		http.Error(w, "expected application/dns-message", http.StatusUnsupportedMediaType)
		return
	}
	e := s.handle(query, "https")
	if !s.sleep(e.delay) {
		return
	}
	if len(e.messages) == 0 { // dropped: as long as the client has patience
		select {
		case <-r.Context().Done():
		case <-s.life.Done():
		}
		return
	}
	w.Header().Set("Content-Type", "application/dns-message")
	_, _ = w.Write(e.messages[0])
}
