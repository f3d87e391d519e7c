package resolver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"unsafe"

	"golang.org/x/sys/windows"
)

// SystemServers asks Windows for the servers of the network adapters that are
// up. Those with a gateway, that lead to the world, are taken before the
// others, and among them the one with the least metric first.
func SystemServers(context.Context) (System, error) {
	adapters, err := adapters()
	if err != nil {
		return System{}, fmt.Errorf("cannot read the network adapters: %w", err)
	}
	system := System{Source: "the network adapters"}
	for _, adapter := range adapters {
		for entry := adapter.FirstDnsServerAddress; entry != nil; entry = entry.Next {
			addr, ok := adapterServer(adapter, entry)
			server := Server{Net: netUDP, Addr: netip.AddrPortFrom(addr, 53)}
			if ok && !slices.Contains(system.Servers, server) {
				system.Servers = append(system.Servers, server)
			}
		}
	}
	if len(system.Servers) == 0 {
		return System{}, errors.New("no network adapter has a DNS server")
	}
	return system, nil
}

// adapters lists the adapters that are up, the best first.
func adapters() ([]*windows.IpAdapterAddresses, error) {
	const flags = windows.GAA_FLAG_INCLUDE_GATEWAYS | windows.GAA_FLAG_SKIP_UNICAST |
		windows.GAA_FLAG_SKIP_ANYCAST | windows.GAA_FLAG_SKIP_MULTICAST
	size := uint32(15000) // what Microsoft recommends to begin with
	var first *windows.IpAdapterAddresses
	for {
		buf := make([]byte, size)
		first = (*windows.IpAdapterAddresses)(unsafe.Pointer(&buf[0]))
		err := windows.GetAdaptersAddresses(windows.AF_UNSPEC, flags, 0, first, &size)
		if err == nil {
			break
		}
		if !errors.Is(err, windows.ERROR_BUFFER_OVERFLOW) || size <= uint32(len(buf)) {
			return nil, err
		}
	}
	var up []*windows.IpAdapterAddresses
	for adapter := first; adapter != nil; adapter = adapter.Next {
		if adapter.OperStatus == windows.IfOperStatusUp && adapter.IfType != windows.IF_TYPE_SOFTWARE_LOOPBACK {
			up = append(up, adapter)
		}
	}
	slices.SortStableFunc(up, func(a, b *windows.IpAdapterAddresses) int {
		if leadsOut := a.FirstGatewayAddress != nil; leadsOut != (b.FirstGatewayAddress != nil) {
			if leadsOut {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Ipv4Metric, b.Ipv4Metric)
	})
	return up, nil
}

// adapterServer reads one server's address. Windows invents servers in
// fec0::/10 where IPv6 has none; that range was withdrawn (RFC 3879).
func adapterServer(adapter *windows.IpAdapterAddresses, entry *windows.IpAdapterDnsServerAdapter) (netip.Addr, bool) {
	addr, ok := netip.AddrFromSlice(entry.Address.IP())
	if !ok || netip.MustParsePrefix("fec0::/10").Contains(addr) {
		return netip.Addr{}, false
	}
	if addr.Is6() && addr.IsLinkLocalUnicast() {
		addr = addr.WithZone(strconv.Itoa(int(adapter.Ipv6IfIndex)))
	}
	return addr, true
}
