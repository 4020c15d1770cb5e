package license

import (
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/mail"
)

// reporterWords holds the letters about reporters in every language.
var reporterWords = map[string]map[language.Tag]mail.Words{
	LetterAppointed: {
		language.English: {
			Subject: "You can now report on {product}",
			Body: []string{
				"{organization} has made you the License Reporter of {product}, bought for {company}.",
				"You see who learns with these licenses and how far they are, and you can take reports away as files. You cannot change anything.",
			},
			Button: "Open the reports",
		},
		language.German: {
			Subject: "Sie können jetzt über {product} berichten",
			Body: []string{
				"{organization} hat Sie zum License Reporter für {product} gemacht, gekauft für {company}.",
				"Sie sehen, wer mit diesen Lizenzen lernt und wie weit alle sind, und können Berichte als Datei mitnehmen. Ändern können Sie nichts.",
			},
			Button: "Berichte öffnen",
		},
		language.Arabic: {
			Subject: "يمكنك الآن الاطلاع على تقارير {product}",
			Body: []string{
				"عيّنتك {organization} مُبلِّغ الترخيص لـ {product}، المشتراة لـ {company}.",
				"ترى من يتعلّم بهذه التراخيص ومدى تقدّمه، ويمكنك تنزيل التقارير في ملفات. ولا يمكنك تغيير شيء.",
			},
			Button: "فتح التقارير",
		},
	},
	LetterNamed: {
		language.English: {
			Subject: "{person} now reports on {product}",
			Body:    []string{"{person} is now the License Reporter of {product}, which you bought for {company}, and sees who learns with these licenses and how far they are.", "You can transfer the role to somebody with an active seat, or to yourself."},
			Button:  "Open the purchase",
		},
		language.German: {
			Subject: "{person} berichtet jetzt über {product}",
			Body:    []string{"{person} ist jetzt License Reporter für {product}, das Sie für {company} gekauft haben, und sieht, wer mit diesen Lizenzen lernt und wie weit alle sind.", "Sie können die Rolle auf jemanden mit aktivem Platz oder auf sich selbst übertragen."},
			Button:  "Kauf öffnen",
		},
		language.Arabic: {
			Subject: "صار {person} يطّلع على تقارير {product}",
			Body:    []string{"صار {person} مُبلِّغ الترخيص لـ {product} الذي اشتريته لـ {company}، ويرى من يتعلّم بهذه التراخيص ومدى تقدّمه.", "يمكنك نقل الدور إلى شخص له مقعد فعّال، أو إلى نفسك."},
			Button:  "فتح عملية الشراء",
		},
	},
	LetterReplaced: {
		language.English: {
			Subject: "You no longer report on {product}",
			Body:    []string{"{person} is now the License Reporter of {product}, bought for {company}. Your own access to its reports has ended, and files made with it can no longer be fetched.", "Your own learning stays as it is."},
			Button:  "Open my learning",
		},
		language.German: {
			Subject: "Sie berichten nicht mehr über {product}",
			Body:    []string{"{person} ist jetzt License Reporter für {product}, gekauft für {company}. Ihr eigener Zugang zu diesen Berichten ist beendet, und damit erstellte Dateien können nicht mehr abgeholt werden.", "Ihr eigenes Lernen bleibt, wie es ist."},
			Button:  "Mein Lernen öffnen",
		},
		language.Arabic: {
			Subject: "لم تعد مُبلِّغ ترخيص {product}",
			Body:    []string{"صار {person} مُبلِّغ الترخيص لـ {product}، المشتراة لـ {company}. انتهى وصولك إلى تقاريرها، ولم يعد تنزيل الملفات المُعدّة بها ممكنًا.", "ويبقى تعلّمك كما هو."},
			Button:  "فتح تعلّمي",
		},
	},
	LetterTransferred: {
		language.English: {
			Subject: "{person} now reports on {product}",
			Body:    []string{"The role of License Reporter of {product}, which you bought for {company}, went from {before} to {person}."},
			Button:  "Open the purchase",
		},
		language.German: {
			Subject: "{person} berichtet jetzt über {product}",
			Body:    []string{"Die Rolle License Reporter für {product}, das Sie für {company} gekauft haben, ging von {before} auf {person} über."},
			Button:  "Kauf öffnen",
		},
		language.Arabic: {
			Subject: "صار {person} يطّلع على تقارير {product}",
			Body:    []string{"انتقل دور مُبلِّغ الترخيص لـ {product} الذي اشتريته لـ {company} من {before} إلى {person}."},
			Button:  "فتح عملية الشراء",
		},
	},
	LetterRevoked: {
		language.English: {
			Subject: "You no longer report on {product}",
			Body:    []string{"{organization} has ended your access to the reports of {product}, bought for {company}. Files made with it can no longer be fetched.", "Your own learning stays as it is."},
			Button:  "Open my learning",
		},
		language.German: {
			Subject: "Sie berichten nicht mehr über {product}",
			Body:    []string{"{organization} hat Ihren Zugang zu den Berichten über {product}, gekauft für {company}, beendet. Damit erstellte Dateien können nicht mehr abgeholt werden.", "Ihr eigenes Lernen bleibt, wie es ist."},
			Button:  "Mein Lernen öffnen",
		},
		language.Arabic: {
			Subject: "لم تعد مُبلِّغ ترخيص {product}",
			Body:    []string{"أنهت {organization} وصولك إلى تقارير {product}، المشتراة لـ {company}. ولم يعد تنزيل الملفات المُعدّة بها ممكنًا.", "ويبقى تعلّمك كما هو."},
			Button:  "فتح تعلّمي",
		},
	},
	LetterSeatEnded: {
		language.English: {
			Subject: "You no longer report on {product}",
			Body:    []string{"Your seat of {product}, bought for {company}, has ended, and with it your role as its License Reporter. Files made with it can no longer be fetched."},
			Button:  "Open my learning",
		},
		language.German: {
			Subject: "Sie berichten nicht mehr über {product}",
			Body:    []string{"Ihr Platz für {product}, gekauft für {company}, ist beendet, und damit auch Ihre Rolle als License Reporter. Damit erstellte Dateien können nicht mehr abgeholt werden."},
			Button:  "Mein Lernen öffnen",
		},
		language.Arabic: {
			Subject: "لم تعد مُبلِّغ ترخيص {product}",
			Body:    []string{"انتهى مقعدك في {product}، المشتراة لـ {company}، وانتهى معه دورك بصفة مُبلِّغ ترخيصه. ولم يعد تنزيل الملفات المُعدّة به ممكنًا."},
			Button:  "فتح تعلّمي",
		},
	},
	LetterWithdrawn: {
		language.English: {
			Subject: "{product} has no License Reporter now",
			Body:    []string{"{organization} has ended the access of {person} to the reports of {product}, which you bought for {company}. Only an administrator can appoint somebody else."},
			Button:  "Open the purchase",
		},
		language.German: {
			Subject: "{product} hat jetzt keinen License Reporter",
			Body:    []string{"{organization} hat den Zugang von {person} zu den Berichten über {product}, das Sie für {company} gekauft haben, beendet. Jemand anderen kann nur eine Administration ernennen."},
			Button:  "Kauf öffnen",
		},
		language.Arabic: {
			Subject: "لا مُبلِّغ ترخيص الآن لـ {product}",
			Body:    []string{"أنهت {organization} وصول {person} إلى تقارير {product} الذي اشتريته لـ {company}. ولا يعيّن غيره إلا مسؤول إدارة."},
			Button:  "فتح عملية الشراء",
		},
	},
	LetterLeft: {
		language.English: {
			Subject: "{product} has no License Reporter now",
			Body:    []string{"The seat of {person} of {product}, bought for {company}, has ended, and with it the role of License Reporter. An administrator can appoint somebody else."},
			Button:  "Open the purchase",
		},
		language.German: {
			Subject: "{product} hat jetzt keinen License Reporter",
			Body:    []string{"Der Platz von {person} für {product}, gekauft für {company}, ist beendet, und damit auch die Rolle License Reporter. Eine Administration kann jemand anderen ernennen."},
			Button:  "Kauf öffnen",
		},
		language.Arabic: {
			Subject: "لا مُبلِّغ ترخيص الآن لـ {product}",
			Body:    []string{"انتهى مقعد {person} في {product}، المشتراة لـ {company}، وانتهى معه دور مُبلِّغ الترخيص. ويمكن لمسؤول إدارة تعيين غيره."},
			Button:  "فتح عملية الشراء",
		},
	},
	LetterAccountEnded: {
		language.English: {
			Subject: "{product} has no License Reporter now",
			Body:    []string{"The account of {person} is no longer active, so nobody is the License Reporter of {product}, bought for {company}. An administrator can appoint somebody else."},
			Button:  "Open the purchase",
		},
		language.German: {
			Subject: "{product} hat jetzt keinen License Reporter",
			Body:    []string{"Das Konto von {person} ist nicht mehr aktiv. Damit ist niemand License Reporter für {product}, gekauft für {company}. Eine Administration kann jemand anderen ernennen."},
			Button:  "Kauf öffnen",
		},
		language.Arabic: {
			Subject: "لا مُبلِّغ ترخيص الآن لـ {product}",
			Body:    []string{"لم يعد حساب {person} فعّالًا، فلا أحد مُبلِّغ الترخيص لـ {product}، المشتراة لـ {company}. ويمكن لمسؤول إدارة تعيين غيره."},
			Button:  "فتح عملية الشراء",
		},
	},
	LetterLimit: {
		language.English: {
			Subject: "A License Reporter waits for room: {product}",
			Body: []string{
				"{person} was to become the License Reporter of {product}, bought for {company}. The purchase is valid; the role waits, because {count} people hold a managing role at {organization} and the limit is {limit}.",
				"Once there is room, appoint {person} on the purchase's page.",
			},
			Button: "Open the purchase",
		},
		language.German: {
			Subject: "Ein License Reporter wartet auf Platz: {product}",
			Body: []string{
				"{person} sollte License Reporter für {product} werden, gekauft für {company}. Der Kauf ist gültig; die Rolle wartet, denn bei {organization} haben {count} Personen eine verwaltende Rolle, und die Grenze liegt bei {limit}.",
				"Sobald Platz ist, ernennen Sie {person} auf der Seite des Kaufs.",
			},
			Button: "Kauf öffnen",
		},
		language.Arabic: {
			Subject: "مُبلِّغ ترخيص ينتظر مكانًا: {product}",
			Body: []string{
				"كان {person} سيصير مُبلِّغ الترخيص لـ {product}، المشتراة لـ {company}. عملية الشراء سارية، والدور ينتظر، لأن عدد من لهم دور إداري لدى {organization} هو {count} والحد هو {limit}.",
				"حين يتوفر مكان، عيّن {person} من صفحة عملية الشراء.",
			},
			Button: "فتح عملية الشراء",
		},
	},
}
