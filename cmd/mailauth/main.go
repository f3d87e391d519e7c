// Command mailauth tells the owner of a domain whether mail from it will
// authenticate, why not, and which DNS records to publish instead.
package main

import (
	"context"
	"os"

	"mailauth/cmd/internal/cli"
)

func main() {
	os.Exit(cli.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
