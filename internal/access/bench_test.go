package access_test

import (
	"testing"

	"github.com/ambit-lms/ambit/internal/access"
)

// BenchmarkDecisions measures "may they see this learner?" in memory. Aim: ten
// million a second where the reach is at hand.
func BenchmarkDecisions(b *testing.B) {
	home := access.Root.Location(1).Location(2).Location(3)
	bought := make([]access.PurchaseID, 16)
	for i := range bought {
		bought[i] = access.PurchaseID(access.NewID())
	}
	learners := make([]access.Placement, 1024)
	for i := range learners {
		learners[i] = access.Placement{
			Account: access.AccountID(access.NewID()), Home: home[:7*(1+i%4)],
			Purchases: []access.PurchaseID{bought[i%16], bought[(i+5)%16]},
		}
	}
	location := grantAt(access.LocalAdministrator, access.Node{Kind: access.AtLocation, ID: "berlin", Path: home[:14]}, access.Within)
	var purchases []access.Grant
	for i := range 8 {
		node := access.Node{Kind: access.AtPurchase, ID: string(bought[i]), Path: access.Root, Activities: []access.ActivityNo{1, 2, 3, access.ActivityNo(i + 4)}}
		purchases = append(purchases, grantAt(access.LicenseReporter, node, access.Here))
	}
	for _, bb := range []struct {
		name   string
		grants []access.Grant
	}{{"range", []access.Grant{location}}, {"8 purchases", purchases}} {
		facts := access.NewFacts(access.Actor{Account: "ida"}, 1, bb.grants)
		reach := facts.For(access.MatrixView, now)
		b.Run("Covers/"+bb.name, func(b *testing.B) {
			report(b, func(i int) bool { return reach.Covers(learners[i%1024]) })
		})
		b.Run("CoversCell/"+bb.name, func(b *testing.B) {
			report(b, func(i int) bool { return reach.CoversCell(learners[i%1024], access.ActivityNo(i%12)) })
		})
		b.Run("For+Covers/"+bb.name, func(b *testing.B) {
			report(b, func(i int) bool { return facts.For(access.MatrixView, now).Covers(learners[i%1024]) })
		})
	}
}

func grantAt(role access.RoleKey, node access.Node, extent access.Extent) access.Grant {
	r, _ := access.Preset(role)
	return access.Grant{ID: access.GrantID(access.NewID()), Role: r, Node: node, Extent: extent}
}

// report runs decide and adds how many decisions a second that is.
func report(b *testing.B, decide func(i int) bool) {
	b.ReportAllocs()
	yes, i := 0, 0
	for b.Loop() {
		if decide(i) {
			yes++
		}
		i++
	}
	if yes == 0 || yes == i && i > 1 {
		b.Fatalf("%d of %d decisions were yes: this measures nothing", yes, i)
	}
	b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "decisions/s")
}
