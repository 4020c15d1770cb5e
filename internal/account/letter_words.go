package account

import (
	"github.com/ambit-lms/ambit/internal/language"
	"github.com/ambit-lms/ambit/internal/mail"
)

// Letters holds every letter of this package in every language.
func Letters() map[string]map[language.Tag]mail.Words { return letters }

var letters = map[string]map[language.Tag]mail.Words{
	resetLetterKind: {
		language.English: {
			Subject: "Set a new password for Ambit",
			Body:    []string{"Somebody, probably you, asked for a new password for this e-mail address."},
			Button:  "Set a new password",
			Note:    "The link works once, within one hour.",
			Ignore:  "If you did not ask for it, ignore this letter: your password stays as it is.",
		},
		language.German: {
			Subject: "Neues Passwort für Ambit setzen",
			Body:    []string{"Jemand, vermutlich Sie, hat für diese E-Mail-Adresse ein neues Passwort angefordert."},
			Button:  "Neues Passwort setzen",
			Note:    "Der Link gilt einmal und eine Stunde lang.",
			Ignore:  "Wenn Sie das nicht waren, können Sie diese Nachricht ignorieren: Ihr Passwort bleibt, wie es ist.",
		},
		language.Arabic: {
			Subject: "تعيين كلمة مرور جديدة في Ambit",
			Body:    []string{"طلب أحدهم، ولعلّه أنت، كلمة مرور جديدة لعنوان البريد الإلكتروني هذا."},
			Button:  "تعيين كلمة مرور جديدة",
			Note:    "يعمل الرابط مرة واحدة خلال ساعة.",
			Ignore:  "إن لم تطلب ذلك فتجاهل هذه الرسالة، وستبقى كلمة مرورك كما هي.",
		},
	},
	offeredLetterKind: {
		language.English: {
			Subject: "A new password for your account at {organization}",
			Body:    []string{"An administrator of {organization} has asked for a link with which you set a new password. Only you get it."},
			Button:  "Set a new password",
			Note:    "The link works once, within one day. Setting a password ends every session that is open with the old one.",
			Ignore:  "If you need no new password, ignore this letter: your password stays as it is.",
		},
		language.German: {
			Subject: "Neues Passwort für Ihr Konto bei {organization}",
			Body:    []string{"Die Verwaltung von {organization} hat einen Link angefordert, mit dem Sie ein neues Passwort setzen. Nur Sie erhalten ihn."},
			Button:  "Neues Passwort setzen",
			Note:    "Der Link gilt einmal und einen Tag lang. Ein neues Passwort beendet alle Sitzungen, die mit dem alten offen sind.",
			Ignore:  "Wenn Sie kein neues Passwort brauchen, können Sie diese Nachricht ignorieren: Ihr Passwort bleibt, wie es ist.",
		},
		language.Arabic: {
			Subject: "كلمة مرور جديدة لحسابك لدى {organization}",
			Body:    []string{"طلبت إدارة {organization} رابطًا تعيّن به كلمة مرور جديدة. يصل الرابط إليك وحدك."},
			Button:  "تعيين كلمة مرور جديدة",
			Note:    "يعمل الرابط مرة واحدة خلال يوم. تعيين كلمة المرور يُنهي كل جلسة مفتوحة بالكلمة القديمة.",
			Ignore:  "إن كنت لا تحتاج كلمة مرور جديدة فتجاهل هذه الرسالة، وستبقى كلمة مرورك كما هي.",
		},
	},
	readdressedKind: {
		language.English: {
			Subject: "This address no longer opens your account at {organization}",
			Body: []string{
				"An administrator of {organization} has changed the e-mail address of your account there. This one no longer opens it, and API tokens and links that were made for the account no longer work.",
				"What you have learned stays with the account.",
			},
			Ignore: "If you did not expect this, ask {organization} about it.",
		},
		language.German: {
			Subject: "Diese Adresse öffnet Ihr Konto bei {organization} nicht mehr",
			Body: []string{
				"Die Verwaltung von {organization} hat die E-Mail-Adresse Ihres Kontos dort geändert. Mit dieser hier lässt es sich nicht mehr öffnen, und API-Token und Links, die für das Konto erstellt wurden, gelten nicht mehr.",
				"Was Sie gelernt haben, bleibt beim Konto.",
			},
			Ignore: "Wenn Sie das nicht erwartet haben, fragen Sie bei {organization} nach.",
		},
		language.Arabic: {
			Subject: "لم يعد هذا العنوان يفتح حسابك لدى {organization}",
			Body: []string{
				"غيّرت إدارة {organization} عنوان البريد الإلكتروني لحسابك لديها. لم يعد هذا العنوان يفتح الحساب، ولم تعد تعمل رموز API والروابط التي أُنشئت له.",
				"ما تعلّمته يبقى محفوظًا في الحساب.",
			},
			Ignore: "إن لم تكن تتوقع ذلك فاسأل {organization} عنه.",
		},
	},
	invitationLetterKind: {
		language.English: {
			Subject: "Your account at {organization}",
			Body:    []string{"You have an account at {organization}. Follow the link to get ready for your first sign-in."},
			Button:  "Open my account",
			Note:    "The link works once, within seven days. After that, “Forgotten or no password yet?” on the sign-in page sends a new one.",
			Ignore:  "If you do not know {organization}, ignore this letter.",
		},
		language.German: {
			Subject: "Ihr Konto bei {organization}",
			Body:    []string{"Sie haben ein Konto bei {organization}. Folgen Sie dem Link, um Ihre erste Anmeldung vorzubereiten."},
			Button:  "Mein Konto öffnen",
			Note:    "Der Link gilt einmal und sieben Tage lang. Danach schickt „Passwort vergessen oder noch keines?“ auf der Anmeldeseite einen neuen.",
			Ignore:  "Wenn Sie {organization} nicht kennen, können Sie diese Nachricht ignorieren.",
		},
		language.Arabic: {
			Subject: "حسابك لدى {organization}",
			Body:    []string{"لديك حساب لدى {organization}. اتبع الرابط لتجهيز أول تسجيل دخول لك."},
			Button:  "فتح حسابي",
			Note:    "يعمل الرابط مرة واحدة خلال سبعة أيام. وبعد ذلك تطلب رابطًا جديدًا من «نسيت كلمة المرور أو ليست لديك بعد؟» في صفحة تسجيل الدخول.",
			Ignore:  "إن كنت لا تعرف {organization} فتجاهل هذه الرسالة.",
		},
	},
	accessLetterKind: {
		language.English: {
			Subject: "You can now work at {organization}",
			Body:    []string{"Your sign-in now also opens an account at {organization}. Use the password that you have."},
			Button:  "Sign in",
			Ignore:  "If you do not know {organization}, ignore this letter.",
		},
		language.German: {
			Subject: "Sie haben jetzt auch Zugang zu {organization}",
			Body:    []string{"Mit Ihrer Anmeldung erreichen Sie jetzt auch ein Konto bei {organization}. Verwenden Sie Ihr bisheriges Passwort."},
			Button:  "Anmelden",
			Ignore:  "Wenn Sie {organization} nicht kennen, können Sie diese Nachricht ignorieren.",
		},
		language.Arabic: {
			Subject: "يمكنك الآن الدخول إلى {organization}",
			Body:    []string{"صار تسجيل دخولك يفتح أيضًا حسابًا لدى {organization}. استعمل كلمة مرورك الحالية."},
			Button:  "تسجيل الدخول",
			Ignore:  "إن كنت لا تعرف {organization} فتجاهل هذه الرسالة.",
		},
	},
}
