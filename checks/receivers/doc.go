// Package receivers holds an audit against what large receivers, and guidelines
// for Japan, ask of those who send mail: requirement by requirement.
//
// Much of what receivers ask for cannot be seen in the DNS (TLS, complaints, a
// link to unsubscribe), and some of it depends on the message. Such a
// requirement is neither met nor missed here. A matrix raises nothing of its
// own: it names the findings of the audit that stand in the way.
package receivers
