package spf

import (
	"net/netip"
	"slices"

	"mailauth/checks"
	"mailauth/resolver"
)

// Bounds of the reverse look-ups: addresses that the record names, and names of
// one address.
const (
	maxNamed   = 4
	maxReverse = 2
)

// Named is a single address that a term ip4 or ip6 of the domain's own record
// lets pass, with its reverse names and where these lead.
type Named struct {
	Addr    netip.Addr
	PTR     checks.Result
	Names   []string
	Forward []checks.Result // one for each of Names
}

// askNamed asks for the reverse names of addresses that the record names, and
// for the way back. They are known before the tree is, so that this takes no
// round of its own. Private addresses have no reverse names that matter.
func (x *expansion) askNamed(f *Facts) {
	if x.pass == nil {
		return
	}
	for _, e := range f.Root.Terms {
		addr := e.Prefix.Addr()
		switch {
		case !e.Prefix.IsValid(), !e.Prefix.IsSingleIP(), v4Mapped(e.Prefix), e.Qualifier != Pass, !e.Reachable:
			continue
		case addr.IsPrivate(), addr.IsLoopback(), addr.IsLinkLocalUnicast(), addr.IsUnspecified(), addr.IsMulticast():
			continue
		case len(f.Named) == maxNamed:
			return
		case slices.ContainsFunc(f.Named, func(n *Named) bool { return n.Addr == addr }):
			continue
		}
		n := &Named{Addr: addr}
		f.Named = append(f.Named, n)
		x.ask(InSender, resolver.ReverseName(addr), resolver.TypePTR, func(r checks.Result) { x.takeNamed(n, r) })
	}
}

func (x *expansion) takeNamed(n *Named, r checks.Result) {
	n.PTR = r
	for _, record := range r.Answer.Records {
		if ptr, ok := record.Data.(resolver.PTR); ok && r.Err == nil && len(n.Names) < maxReverse {
			n.Names = append(n.Names, ptr.Host)
		}
	}
	n.Forward = make([]checks.Result, len(n.Names))
	t := resolver.TypeA
	if n.Addr.Is6() {
		t = resolver.TypeAAAA
	}
	for i, name := range n.Names {
		x.ask(InSender, name, t, func(r checks.Result) { n.Forward[i] = r })
	}
}

// Confirmed reports whether a reverse name leads back to the address (FCrDNS).
func (n *Named) Confirmed() Tri {
	confirmed := No
	for _, r := range n.Forward {
		switch {
		case r.Unknown():
			confirmed = confirmed.Or(CannotTell)
		case slices.ContainsFunc(r.Answer.Records, n.is):
			return Yes
		}
	}
	if n.PTR.Unknown() {
		return CannotTell
	}
	return confirmed
}

func (n *Named) is(r resolver.Record) bool {
	switch data := r.Data.(type) {
	case resolver.A:
		return data.Addr == n.Addr
	case resolver.AAAA:
		return data.Addr == n.Addr
	}
	return false
}
