package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// realServers are an NSD with every zone of the fixtures and an Unbound in
// front of it, on loopback ports of their own.
type realServers struct {
	nsd, unbound, dot string      // "127.0.0.1:port"
	own               string      // where NSD also listens on port 53, for --fresh; may be empty
	zones             string      // folder with the zone files
	ca                string      // PEM file of the DoT server's certificate
	process           *os.Process // of NSD
}

// deadZone is configured at NSD without a file, so that it answers SERVFAIL.
const deadZone = "dead.co.jp"

// needRealServers skips the test where it was not asked for.
func needRealServers(t *testing.T) {
	t.Helper()
	if os.Getenv("MAILAUTH_INTEGRATION") == "" {
		t.Skip("set MAILAUTH_INTEGRATION=1 to test against NSD and Unbound, which must be installed")
	}
}

// ways are the values of --resolver by which the servers can be asked.
func (s realServers) ways() map[string]string {
	return map[string]string{
		"NSD over UDP":     s.nsd,
		"NSD over TCP":     "tcp://" + s.nsd,
		"Unbound over UDP": s.unbound,
		"Unbound over DoT": "tls://" + s.dot + "#dot.example",
	}
}

func startRealServers(t *testing.T) realServers {
	t.Helper()
	return startRealServersAt(t, "", nil)
}

// startRealServersAt adds zones, by their apexes, and an address where NSD listens
// on the port of name servers.
func startRealServersAt(t *testing.T, own string, more map[string]string) realServers {
	t.Helper()
	dir := t.TempDir()
	s := realServers{nsd: freePort(t), unbound: freePort(t), dot: freePort(t), own: own, zones: filepath.Join(dir, "zones"), ca: filepath.Join(dir, "dot.pem")}
	apexes := copyZones(t, s.zones)
	for apex, text := range more {
		writeFile(t, filepath.Join(s.zones, apex+".zone"), text)
		apexes = append(apexes, apex)
	}
	writeFile(t, filepath.Join(dir, "nsd.conf"), nsdConfig(dir, s, apexes))
	writeCertificate(t, s.ca, filepath.Join(dir, "dot.key"))
	writeFile(t, filepath.Join(dir, "unbound.conf"), unboundConfig(dir, s, apexes))
	s.process = startServer(t, s.nsd, "nsd", "-d", "-c", filepath.Join(dir, "nsd.conf"))
	startServer(t, s.unbound, "unbound", "-d", "-c", filepath.Join(dir, "unbound.conf"))
	return s
}

// copyZones gathers the fixtures' zones in one folder and returns their apexes
// without the final dot, the root as ".".
func copyZones(t *testing.T, to string) (apexes []string) {
	t.Helper()
	if err := os.Mkdir(to, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"../../fixtures/*.zone", "../../fixtures/world/*.zone"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no zone files match %s (%v)", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			writeFile(t, filepath.Join(to, filepath.Base(file)), string(text))
			apex := strings.TrimSuffix(filepath.Base(file), ".zone")
			if apex == "root" {
				apex = "."
			}
			apexes = append(apexes, apex)
		}
	}
	return apexes
}

func nsdConfig(dir string, s realServers, apexes []string) string {
	host, port, _ := net.SplitHostPort(s.nsd)
	var b strings.Builder
	fmt.Fprintf(&b, "server:\n ip-address: %s@%s\n username: \"\"\n chroot: \"\"\n zonesdir: %q\n pidfile: \"\"\n xfrdfile: \"\"\n zonelistfile: %q\n database: \"\"\n server-count: 1\n", host, port, s.zones, filepath.Join(dir, "zone.list"))
	if s.own != "" {
		fmt.Fprintf(&b, " ip-address: %s@53\n", s.own)
	}
	b.WriteString("remote-control:\n control-enable: no\n")
	for _, apex := range apexes {
		file := apex + ".zone"
		if apex == "." {
			file = "root.zone"
		}
		fmt.Fprintf(&b, "zone:\n name: %q\n zonefile: %q\n", apex, file)
	}
	fmt.Fprintf(&b, "zone:\n name: %q\n zonefile: \"no-such.zone\"\n", deadZone)
	return b.String()
}

func unboundConfig(dir string, s realServers, apexes []string) string {
	_, plain, _ := net.SplitHostPort(s.unbound)
	_, tls, _ := net.SplitHostPort(s.dot)
	_, nsd, _ := net.SplitHostPort(s.nsd)
	var b strings.Builder
	fmt.Fprintf(&b, "server:\n interface: 127.0.0.1@%s\n interface: 127.0.0.1@%s\n tls-port: %s\n tls-service-key: %q\n tls-service-pem: %q\n", plain, tls, tls, filepath.Join(dir, "dot.key"), s.ca)
	fmt.Fprintf(&b, " username: \"\"\n chroot: \"\"\n directory: %q\n pidfile: \"\"\n use-syslog: no\n do-not-query-localhost: no\n module-config: \"iterator\"\n num-threads: 1\n qname-minimisation: no\n", dir)
	for _, apex := range apexes { // the reverse zones of documentation addresses are built in
		if strings.HasSuffix(apex, ".arpa") {
			fmt.Fprintf(&b, " local-zone: \"%s.\" nodefault\n", apex)
		}
	}
	b.WriteString("remote-control:\n control-enable: no\n")
	for _, apex := range append(apexes, deadZone) {
		fmt.Fprintf(&b, "stub-zone:\n name: %q\n stub-addr: 127.0.0.1@%s\n", apex, nsd)
	}
	return b.String()
}

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// freePort finds a loopback port that is free for TCP and UDP.
func freePort(t *testing.T) string {
	t.Helper()
	for range 20 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if u, err := net.ListenPacket("udp", l.Addr().String()); err == nil {
			u.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("found no free port")
	return ""
}

// startServer runs a server in the foreground until the test ends and waits
// until it accepts TCP connections.
func startServer(t *testing.T, addr, name string, args ...string) *os.Process {
	t.Helper()
	cmd := exec.Command(name, args...)
	var log strings.Builder
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(exited)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-exited
		if t.Failed() {
			t.Logf("%s said:\n%s", name, log.String())
		}
	})
	for range 200 {
		if conn, err := net.Dial("tcp", addr); err == nil {
			conn.Close()
			return cmd.Process
		}
		select {
		case <-exited:
			t.Fatalf("%s ended at once:\n%s", name, log.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatalf("%s does not listen on %s", name, addr)
	return nil
}

// writeCertificate makes a self-signed certificate for dot.example.
func writeCertificate(t *testing.T, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "dot.example"}, DNSNames: []string{"dot.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, certFile, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})))
	writeFile(t, keyFile, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
}
