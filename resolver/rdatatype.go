package resolver

import "fmt"

// Type is TypeA.
func (A) Type() Type { return TypeA }

// String is the address.
func (a A) String() string { return a.Addr.String() }

// Type is TypeAAAA.
func (AAAA) Type() Type { return TypeAAAA }

// String is the address in its shortest form (RFC 5952).
func (a AAAA) String() string { return a.Addr.String() }

// Type is TypeNS.
func (NS) Type() Type { return TypeNS }

// String is the server's name.
func (n NS) String() string { return n.Host }

// Type is TypeCNAME.
func (CNAME) Type() Type { return TypeCNAME }

// String is the target.
func (c CNAME) String() string { return c.Target }

// Type is TypeDNAME.
func (DNAME) Type() Type { return TypeDNAME }

// String is the target.
func (d DNAME) String() string { return d.Target }

// Type is TypePTR.
func (PTR) Type() Type { return TypePTR }

// String is the host name.
func (p PTR) String() string { return p.Host }

// Type is TypeMX.
func (MX) Type() Type { return TypeMX }

// String is "preference host".
func (m MX) String() string { return fmt.Sprintf("%d %s", m.Preference, m.Host) }

// Type is TypeTXT.
func (TXT) Type() Type { return TypeTXT }

// String is every string in quotes.
func (t TXT) String() string { return quoteStrings(t.Strings) }

// Type is TypeSPF.
func (SPF) Type() Type { return TypeSPF }

// String is every string in quotes.
func (s SPF) String() string { return quoteStrings(s.Strings) }

// Type is TypeSOA.
func (SOA) Type() Type { return TypeSOA }

// String is the seven fields in their order.
func (s SOA) String() string {
	return fmt.Sprintf("%s %s %d %d %d %d %d", s.MName, s.RName, s.Serial, s.Refresh, s.Retry, s.Expire, s.Minimum)
}

// Type is TypeSRV.
func (SRV) Type() Type { return TypeSRV }

// String is "priority weight port target".
func (s SRV) String() string {
	return fmt.Sprintf("%d %d %d %s", s.Priority, s.Weight, s.Port, s.Target)
}

// Type is what it was read as.
func (o Other) Type() Type { return o.RRType }

// String is the text.
func (o Other) String() string { return o.Text }
