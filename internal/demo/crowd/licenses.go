package crowd

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
)

// learnersPerPurchase is how many learners there are for each purchase beside
// those of the people with a width of sight.
const learnersPerPurchase = 50

// order is such a purchase: so many seats, all but a few of them redeemed.
type order struct{ no, buyer, seats, redeemed int }

// orders draws the purchases, most of them small.
func (s Size) orders(do func(order)) {
	r := rand.New(rand.NewPCG(3, 5))
	for no := range s.Learners / learnersPerPurchase {
		seats := min(1+int(8*math.Exp(1.1*r.NormFloat64())), 120, s.Learners)
		do(order{no: no, buyer: r.IntN(s.Learners), seats: seats, redeemed: seats - r.IntN(1+seats/4)})
	}
}

func (s Size) purchases(w io.Writer) {
	fmt.Fprintln(w, "id,product_id,buyer_id,company,seats,purchased_at,reporter_id")
	bought := (s.Today - 400).String()
	fmt.Fprintf(w, "fifty,a0,%[1]s,Fifty Ltd,%[2]d,%[3]s,%[1]s\n", SeesFifty, fiftySeats+10, bought)
	fmt.Fprintf(w, "many,a1,%[1]s,Many Inc,%[2]d,%[3]s,%[1]s\n", SeesMany, s.ManySeats()+100, bought)
	s.orders(func(o order) {
		fmt.Fprintf(w, "o%[1]d,a%[2]d,p%[3]d,Company %[1]d,%[4]d,%[5]s,p%[3]d\n", o.no, o.no%s.Activities, o.buyer, o.seats, bought)
	})
}

func (s Size) seats(w io.Writer) {
	fmt.Fprintln(w, "purchase_id,person_id,assigned_at,redeemed_at,state")
	at := (s.Today - 300).String()
	for i := range min(fiftySeats, s.Learners) {
		fmt.Fprintf(w, "fifty,p%d,%s,%s,redeemed\n", i*(s.Learners/fiftySeats), at, at)
	}
	for i := range s.ManySeats() {
		fmt.Fprintf(w, "many,p%d,%s,%s,redeemed\n", i*(s.Learners/s.ManySeats()), at, at)
	}
	s.orders(func(o order) {
		for k := range o.redeemed { // colleagues stand side by side
			fmt.Fprintf(w, "o%d,p%d,%s,%s,redeemed\n", o.no, (o.buyer+k)%s.Learners, at, at)
		}
	})
}
