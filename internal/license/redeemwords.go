package license

import (
	"maps"

	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/mail"
)

// Letters holds every letter of this package that needs no link of its own, in every language.
func Letters() map[string]map[language.Tag]mail.Words {
	out := maps.Clone(reporterWords)
	out[RedeemedLetter] = redeemLetters[RedeemedLetter]
	return out
}

// SeatLetters are the kinds of letters that bring a link to redeem a seat.
func SeatLetters() []string { return []string{InvitationLetter, ReminderLetter, LastDaysLetter} }

var redeemLetters = map[string]map[language.Tag]mail.Words{
	RedeemedLetter: {
		language.English: {
			Subject: "{who} redeemed a seat of {product}",
			Body: []string{
				"{who} has redeemed a seat of {product} that you bought at {organization}.",
				"Invitations that are still open: {pending}. Seats that are free: {free}.",
			},
			Button: "Open the license",
			Ignore: "You get this letter because you are the buyer.",
		},
		language.German: {
			Subject: "{who} hat einen Platz in {product} eingelöst",
			Body: []string{
				"{who} hat einen Platz in {product} eingelöst, den Sie bei {organization} gekauft haben.",
				"Noch offene Einladungen: {pending}. Freie Plätze: {free}.",
			},
			Button: "Lizenz öffnen",
			Ignore: "Sie erhalten diese Nachricht, weil Sie der Käufer sind.",
		},
		language.Arabic: {
			Subject: "استخدم {who} مقعدًا في {product}",
			Body: []string{
				"استخدم {who} مقعدًا في {product} اشتريته لدى {organization}.",
				"الدعوات التي ما زالت مفتوحة: {pending}. المقاعد الشاغرة: {free}.",
			},
			Button: "فتح الترخيص",
			Ignore: "تصلك هذه الرسالة لأنك المشتري.",
		},
	},
	ReminderLetter: {
		language.English: {
			Subject: "Your seat in {product} is waiting",
			Body:    []string{"{giver} gave you a seat in {product} at {organization}. You have not redeemed it yet."},
			Button:  "Redeem my seat",
			Note:    "The link works once. The page says who will see your progress before you accept.",
			Ignore:  "If you do not want the seat, ignore this letter.",
		},
		language.German: {
			Subject: "Ihr Platz in {product} wartet",
			Body:    []string{"{giver} hat Ihnen einen Platz in {product} bei {organization} gegeben. Sie haben ihn noch nicht eingelöst."},
			Button:  "Meinen Platz einlösen",
			Note:    "Der Link gilt einmal. Die Seite sagt vor dem Annehmen, wer Ihren Fortschritt sehen wird.",
			Ignore:  "Wenn Sie den Platz nicht möchten, können Sie diese Nachricht ignorieren.",
		},
		language.Arabic: {
			Subject: "مقعدك في {product} بانتظارك",
			Body:    []string{"منحك {giver} مقعدًا في {product} لدى {organization}، ولم تستخدمه بعد."},
			Button:  "استخدام مقعدي",
			Note:    "يعمل الرابط مرة واحدة، وتخبرك الصفحة قبل القبول بمن سيرى تقدّمك.",
			Ignore:  "إن كنت لا تريد المقعد فتجاهل هذه الرسالة.",
		},
	},
	LastDaysLetter: {
		language.English: {
			Subject: "Redeem your seat in {product} by {last_day}",
			Body:    []string{"{giver} gave you a seat in {product} at {organization}. It can be redeemed until {last_day}, not later."},
			Button:  "Redeem my seat",
			Note:    "The link works once. The page says who will see your progress before you accept.",
			Ignore:  "If you do not want the seat, ignore this letter.",
		},
		language.German: {
			Subject: "Lösen Sie Ihren Platz in {product} bis {last_day} ein",
			Body:    []string{"{giver} hat Ihnen einen Platz in {product} bei {organization} gegeben. Er kann bis {last_day} eingelöst werden, danach nicht mehr."},
			Button:  "Meinen Platz einlösen",
			Note:    "Der Link gilt einmal. Die Seite sagt vor dem Annehmen, wer Ihren Fortschritt sehen wird.",
			Ignore:  "Wenn Sie den Platz nicht möchten, können Sie diese Nachricht ignorieren.",
		},
		language.Arabic: {
			Subject: "استخدم مقعدك في {product} قبل نهاية {last_day}",
			Body:    []string{"منحك {giver} مقعدًا في {product} لدى {organization}. يمكن استخدامه حتى {last_day} ولا يمكن بعد ذلك."},
			Button:  "استخدام مقعدي",
			Note:    "يعمل الرابط مرة واحدة، وتخبرك الصفحة قبل القبول بمن سيرى تقدّمك.",
			Ignore:  "إن كنت لا تريد المقعد فتجاهل هذه الرسالة.",
		},
	},
}
