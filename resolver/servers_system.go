package resolver

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"
)

// System is the machine's own configuration. A search list is never applied:
// a domain to audit is always written in full.
type System struct {
	Servers  []Server
	Patience time.Duration // how long to wait for one server before the next; 0: not configured
	Attempts int           // rounds over the servers; 0: not configured
	Rotate   bool          // begin with another server each time
	Source   string        // where it was read, for people
}

// Options are the system's wishes about trying.
func (s System) Options() []Option {
	var opts []Option
	if s.Patience > 0 {
		opts = append(opts, WithPatience(s.Patience))
	}
	if s.Attempts > 0 {
		opts = append(opts, WithAttempts(s.Attempts))
	}
	if s.Rotate {
		opts = append(opts, WithRotation())
	}
	return opts
}

const (
	resolvConf      = "/etc/resolv.conf"
	maxResolvConf   = 1 << 20
	maxNameservers  = 3 // as the C library, so that this program asks whom others ask (resolv.conf(5), MAXNS)
	maxConfTimeout  = 30 * time.Second
	maxConfAttempts = 5
)

// readResolvConf reads a file in the form of resolv.conf(5). found is false if
// there is no such file or it names no server.
func readResolvConf(path string) (system System, found bool, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return System{}, false, nil
	}
	if err != nil {
		return System{}, false, err
	}
	defer file.Close()
	system = parseResolvConf(file)
	system.Source = path
	return system, len(system.Servers) > 0, nil
}

// loopbackServer is whom the C library asks when nothing is configured.
func loopbackServer() []Server {
	return []Server{{Net: netUDP, Addr: netip.MustParseAddrPort("127.0.0.1:53")}}
}

func parseResolvConf(r io.Reader) System {
	var system System
	var trustAD, useTCP bool
	scanner := bufio.NewScanner(io.LimitReader(r, maxResolvConf))
	for scanner.Scan() {
		fields := strings.Fields(scanner.Text())
		if len(fields) < 2 {
			continue
		}
		switch fields[0] {
		case "nameserver":
			addr, err := netip.ParseAddr(fields[1])
			if err == nil && len(system.Servers) < maxNameservers {
				system.Servers = append(system.Servers, Server{Net: netUDP, Addr: netip.AddrPortFrom(addr, 53)})
			}
		case "options":
			for _, option := range fields[1:] {
				trustAD = trustAD || option == "trust-ad"
				useTCP = useTCP || option == "use-vc"
				system.option(option)
			}
		}
	}
	for i := range system.Servers {
		system.Servers[i].TrustAD = trustAD
		if useTCP {
			system.Servers[i].Net = netTCP
		}
	}
	return system
}

// option applies one of the options that concern trying. EDNS is always used,
// and the others are about search lists or the C library.
func (s *System) option(text string) {
	name, value, _ := strings.Cut(text, ":")
	n, err := strconv.Atoi(value)
	switch {
	case name == "rotate":
		s.Rotate = true
	case err != nil || n < 1:
	case name == "timeout":
		s.Patience = min(time.Duration(n)*time.Second, maxConfTimeout)
	case name == "attempts":
		s.Attempts = min(n, maxConfAttempts)
	}
}

// parseScutil reads the output of `scutil --dns` of macOS: the nameservers of
// its first resolver, which is the one for names that no other claims.
func parseScutil(r io.Reader) []Server {
	var servers []Server
	scanner := bufio.NewScanner(io.LimitReader(r, maxResolvConf))
	for scanner.Scan() {
		line := strings.TrimSpace(scanner.Text())
		if strings.HasPrefix(line, "resolver #") && len(servers) > 0 {
			break
		}
		key, value, ok := strings.Cut(line, " : ")
		if !ok || !strings.HasPrefix(key, "nameserver[") {
			continue
		}
		if addr, err := netip.ParseAddr(strings.TrimSpace(value)); err == nil {
			servers = append(servers, Server{Net: netUDP, Addr: netip.AddrPortFrom(addr, 53)})
		}
	}
	return servers
}
