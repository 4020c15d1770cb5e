package license

import (
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/mail"
)

// invitationWords bring a link to redeem a seat.
var invitationWords = map[language.Tag]mail.Words{
	language.English: {
		Subject: "You are invited to {product}",
		Body: []string{
			"{buyer} has given you a seat in {product} at {organization}.",
			"The seat was bought for {company}.",
			"It can be accepted until {day}.",
			"Open the link to accept it. If you have no account at {organization} yet, you make one there.",
		},
		Button: "Accept the seat",
		Note:   "The link works once.",
		Ignore: "If you do not know {buyer}, ignore this letter: nothing happens.",
	},
	language.German: {
		Subject: "Einladung zu {product}",
		Body: []string{
			"{buyer} hat Ihnen einen Platz in {product} bei {organization} gegeben.",
			"Der Platz wurde für {company} gekauft.",
			"Er kann bis {day} angenommen werden.",
			"Öffnen Sie den Link, um ihn anzunehmen. Wenn Sie bei {organization} noch kein Konto haben, legen Sie dort eines an.",
		},
		Button: "Platz annehmen",
		Note:   "Der Link gilt einmal.",
		Ignore: "Wenn Sie {buyer} nicht kennen, können Sie diese Nachricht ignorieren: Es geschieht nichts.",
	},
	language.Arabic: {
		Subject: "دعوة إلى {product}",
		Body: []string{
			"منحك {buyer} مقعدًا في {product} لدى {organization}.",
			"اشتُري المقعد لصالح {company}.",
			"يمكن قبوله حتى {day}.",
			"افتح الرابط لقبوله. وإن لم يكن لديك حساب لدى {organization} بعد فستنشئه هناك.",
		},
		Button: "قبول المقعد",
		Note:   "يعمل الرابط مرة واحدة.",
		Ignore: "إن كنت لا تعرف {buyer} فتجاهل هذه الرسالة، ولن يحدث شيء.",
	},
}
