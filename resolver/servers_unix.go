//go:build !windows && !darwin

package resolver

import "context"

// SystemServers reads /etc/resolv.conf. Without the file, or without a server
// in it, the server is 127.0.0.1, as for the C library (resolv.conf(5)).
func SystemServers(context.Context) (System, error) {
	system, found, err := readResolvConf(resolvConf)
	if err != nil {
		return System{}, err
	}
	if !found {
		system.Servers, system.Source = loopbackServer(), "no server in "+resolvConf
	}
	return system, nil
}
