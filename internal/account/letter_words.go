package account

import "github.com/ambit-lms/ambit/internal/language"

// letters holds every letter in every language; a test holds it complete.
var letters = map[string]map[language.Tag]wording{
	resetLetterKind: {
		language.English: {
			subject: "Set a new password for Ambit",
			body:    "Somebody, probably you, asked for a new password for this e-mail address.",
			button:  "Set a new password",
			note:    "The link works once, within one hour.",
			ignore:  "If you did not ask for it, ignore this letter: your password stays as it is.",
		},
		language.German: {
			subject: "Neues Passwort für Ambit setzen",
			body:    "Jemand, vermutlich Sie, hat für diese E-Mail-Adresse ein neues Passwort angefordert.",
			button:  "Neues Passwort setzen",
			note:    "Der Link gilt einmal und eine Stunde lang.",
			ignore:  "Wenn Sie das nicht waren, können Sie diese Nachricht ignorieren: Ihr Passwort bleibt, wie es ist.",
		},
		language.Arabic: {
			subject: "تعيين كلمة مرور جديدة في Ambit",
			body:    "طلب أحدهم، ولعلّه أنت، كلمة مرور جديدة لعنوان البريد الإلكتروني هذا.",
			button:  "تعيين كلمة مرور جديدة",
			note:    "يعمل الرابط مرة واحدة خلال ساعة.",
			ignore:  "إن لم تطلب ذلك فتجاهل هذه الرسالة، وستبقى كلمة مرورك كما هي.",
		},
	},
	invitationLetterKind: {
		language.English: {
			subject: "Your account at {organization}",
			body:    "You have an account at {organization}. Follow the link to get ready for your first sign-in.",
			button:  "Open my account",
			note:    "The link works once, within seven days. After that, “Forgotten or no password yet?” on the sign-in page sends a new one.",
			ignore:  "If you do not know {organization}, ignore this letter.",
		},
		language.German: {
			subject: "Ihr Konto bei {organization}",
			body:    "Sie haben ein Konto bei {organization}. Folgen Sie dem Link, um Ihre erste Anmeldung vorzubereiten.",
			button:  "Mein Konto öffnen",
			note:    "Der Link gilt einmal und sieben Tage lang. Danach schickt „Passwort vergessen oder noch keines?“ auf der Anmeldeseite einen neuen.",
			ignore:  "Wenn Sie {organization} nicht kennen, können Sie diese Nachricht ignorieren.",
		},
		language.Arabic: {
			subject: "حسابك لدى {organization}",
			body:    "لديك حساب لدى {organization}. اتبع الرابط لتجهيز أول تسجيل دخول لك.",
			button:  "فتح حسابي",
			note:    "يعمل الرابط مرة واحدة خلال سبعة أيام. وبعد ذلك تطلب رابطًا جديدًا من «نسيت كلمة المرور أو ليست لديك بعد؟» في صفحة تسجيل الدخول.",
			ignore:  "إن كنت لا تعرف {organization} فتجاهل هذه الرسالة.",
		},
	},
	accessLetterKind: {
		language.English: {
			subject: "You can now work at {organization}",
			body:    "Your sign-in now also opens an account at {organization}. Use the password that you have.",
			button:  "Sign in",
			ignore:  "If you do not know {organization}, ignore this letter.",
		},
		language.German: {
			subject: "Sie haben jetzt auch Zugang zu {organization}",
			body:    "Mit Ihrer Anmeldung erreichen Sie jetzt auch ein Konto bei {organization}. Verwenden Sie Ihr bisheriges Passwort.",
			button:  "Anmelden",
			ignore:  "Wenn Sie {organization} nicht kennen, können Sie diese Nachricht ignorieren.",
		},
		language.Arabic: {
			subject: "يمكنك الآن الدخول إلى {organization}",
			body:    "صار تسجيل دخولك يفتح أيضًا حسابًا لدى {organization}. استعمل كلمة مرورك الحالية.",
			button:  "تسجيل الدخول",
			ignore:  "إن كنت لا تعرف {organization} فتجاهل هذه الرسالة.",
		},
	},
}
