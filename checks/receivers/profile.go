package receivers

import "slices"

// Need is something that a receiver asks for. Its texts are in the catalogue,
// under "receiver-need".
type Need string

// The needs.
const (
	SPF         Need = "spf"
	DKIM        Need = "dkim"
	SPFOrDKIM   Need = "spf-or-dkim"
	SPFv4       Need = "spf-ipv4"
	KeyLength   Need = "dkim-1024"
	DMARC       Need = "dmarc"
	Enforced    Need = "dmarc-enforced"
	Rejects     Need = "dmarc-reject"
	AtOrg       Need = "dmarc-org"
	Silent      Need = "silent-names"
	Reports     Need = "dmarc-reports"
	Aligned     Need = "aligned"
	Reverse     Need = "reverse"
	Resolvable  Need = "resolvable"
	BIMI        Need = "bimi"
	TLS         Need = "tls"
	Unsubscribe Need = "unsubscribe"
	Complaints  Need = "complaints"
	Format      Need = "format"
	Sealed      Need = "arc"
)

// Scope says whom a requirement is for.
type Scope string

// The scopes.
const (
	Every Scope = "every"  // whoever sends
	Bulk  Scope = "bulk"   // who sends in bulk, as the receiver counts
	Asked Scope = "asked"  // advice, or a request of an authority: mail is not refused for it
	Mark  Scope = "marked" // what decides about a mark or a warning beside the message
)

// Requirement is a need with its conditions.
type Requirement struct {
	Need  Need  `json:"need"`
	Scope Scope `json:"scope"`
	// Since is when it began to be enforced or asked for: a year, a month or a
	// day, as exactly as it was announced; empty if that is not known.
	Since string `json:"since,omitempty"`
}

// Profile is what one receiver or guideline asks for.
type Profile struct {
	ID string `json:"profile"`
	// Source is the document that says so.
	Source       string        `json:"source"`
	Requirements []Requirement `json:"-"`
}

// Profiles lists the profiles: receivers of the world, of Japan, then
// guidelines for Japan.
func Profiles() []Profile {
	return []Profile{
		{"gmail", "Google, Email sender guidelines (support.google.com/a/answer/81126) and their FAQ", []Requirement{
			{SPFOrDKIM, Every, "2024-02"}, {Reverse, Every, "2024-02"}, {TLS, Every, "2024-02"}, {Complaints, Every, "2024-02"}, {Format, Every, "2024-02"},
			{SPF, Bulk, "2025-11"}, {DKIM, Bulk, "2025-11"}, {KeyLength, Bulk, "2024-02"}, {DMARC, Bulk, "2024-02"}, {Aligned, Bulk, "2025-11"}, {Unsubscribe, Bulk, "2024-06"},
		}},
		{"yahoo", "Yahoo Sender Hub, Best practices (senders.yahooinc.com)", []Requirement{
			{SPFOrDKIM, Every, "2024-02"}, {Reverse, Every, "2024-02"}, {Resolvable, Every, ""}, {Complaints, Every, "2024-02"}, {Format, Every, "2024-02"},
			{SPF, Bulk, "2024-02"}, {DKIM, Bulk, "2024-02"}, {KeyLength, Bulk, "2024-02"}, {DMARC, Bulk, "2024-02"}, {Aligned, Bulk, "2024-02"}, {Reports, Asked, "2024-02"}, {Unsubscribe, Bulk, "2024-06"},
		}},
		{"outlook", "Microsoft, Outlook's requirements for high-volume senders (2025)", []Requirement{
			{SPF, Bulk, "2025-05-05"}, {DKIM, Bulk, "2025-05-05"}, {DMARC, Bulk, "2025-05-05"}, {Aligned, Bulk, "2025-05-05"}, {Reverse, Every, ""}, {Rejects, Asked, ""}, {Unsubscribe, Asked, "2025-05"},
		}},
		{"icloud", "Apple, Postmaster information for iCloud Mail", []Requirement{
			{SPF, Bulk, ""}, {DKIM, Bulk, ""}, {DMARC, Bulk, ""}, {Reverse, Bulk, ""}, {Unsubscribe, Bulk, ""}, {Sealed, Asked, ""}, {Format, Every, ""},
		}},
		{"yahoojp", "LINEヤフー, Yahoo!メールのお知らせ (2024-12-11)", []Requirement{
			{SPF, Asked, "2024-12-11"}, {DKIM, Asked, "2024-12-11"}, {DMARC, Asked, "2024-12-11"}, {SPFOrDKIM, Mark, ""},
		}},
		{"docomo", "NTTドコモ, ドコモメールの送信ドメイン認証", []Requirement{
			{SPF, Mark, "2025"}, {DKIM, Mark, "2022-08-23"}, {DMARC, Mark, "2022-08-23"},
		}},
		{"au", "KDDI, auメールの送信ドメイン認証 (au.com)", []Requirement{
			{SPF, Every, ""}, {SPFv4, Every, ""}, {DKIM, Asked, "2023-10"}, {DMARC, Asked, "2023-10"}, {BIMI, Mark, "2023-10"},
		}},
		{"softbank", "ソフトバンク, なりすましメールの拒否 (2024-02-13)", []Requirement{
			{SPFOrDKIM, Every, "2024-04"}, {DMARC, Every, "2024-04"},
		}},
		{"jp-gov", "政府機関等の対策基準策定のためのガイドライン (令和5年度版)", []Requirement{
			{SPF, Asked, "2023"}, {DKIM, Asked, "2023"}, {DMARC, Asked, "2023"},
		}},
		{"jp-credit", "総務省・経済産業省・警察庁, クレジットカード会社等への要請 (2023-02-01)", []Requirement{
			{DMARC, Asked, "2023-02-01"}, {Rejects, Asked, "2023-02-01"}, {Silent, Asked, "2023-02-01"},
		}},
		{"jp-sec", "日本証券業協会, インターネット取引における不正アクセス等防止に向けたガイドライン (2025)", []Requirement{
			{DMARC, Asked, "2025"}, {Enforced, Asked, "2025"},
		}},
		{"jp-guide", "迷惑メール対策推進協議会, DMARC導入ガイドライン (2024-07-09)", []Requirement{
			{AtOrg, Asked, "2024-07-09"}, {Silent, Asked, "2024-07-09"}, {Reports, Asked, "2024-07-09"}, {Enforced, Asked, "2024-07-09"},
		}},
		{"jp-apc", "フィッシング対策協議会, フィッシング対策ガイドライン (2022)", []Requirement{
			{DMARC, Asked, "2022"}, {BIMI, Asked, "2022"},
		}},
	}
}

// IDs lists the names of the profiles, in their order.
func IDs() []string {
	var ids []string
	for _, p := range Profiles() {
		ids = append(ids, p.ID)
	}
	return ids
}

// choose returns the profiles named, in their own order.
func choose(ids []string) []Profile {
	return slices.DeleteFunc(Profiles(), func(p Profile) bool { return !slices.Contains(ids, p.ID) })
}
