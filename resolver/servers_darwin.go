package resolver

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"time"
)

// SystemServers reads /etc/resolv.conf, which macOS keeps equal to its default
// resolver. The file is missing while the network is being set up and with
// some VPN clients; then `scutil --dns` is asked. Resolvers that macOS keeps
// for single domains are not used: what is audited is what the world sees.
func SystemServers(ctx context.Context) (System, error) {
	system, found, err := readResolvConf(resolvConf)
	if err == nil && found {
		return system, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	output, err := exec.CommandContext(ctx, "/usr/sbin/scutil", "--dns").Output()
	if err != nil {
		return System{}, fmt.Errorf("no server in %s, and scutil --dns: %w", resolvConf, err)
	}
	system.Servers, system.Source = parseScutil(bytes.NewReader(output)), "scutil --dns"
	if len(system.Servers) == 0 {
		return System{}, fmt.Errorf("no DNS server in %s and none from scutil --dns", resolvConf)
	}
	return system, nil
}
