//! The words, by language. They are normalised before they are compared, so accents and case do not matter here.
//! A word that people also say for other reasons all the time, or that is a name once its accents are gone, is left
//! out: a workspace can add it.

/// Words that ask for no more messages.
pub(super) const OPT_OUT: &[&[&str]] = &[
    // English: the words that carriers of text messages ask for, and Meta's own button.
    &["stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "opt out", "optout", "revoke"],
    &[
        "remove me",
        "stop promotions",
        "stop marketing",
        "stop messages",
        "no more messages",
        "unsubscribe me",
    ],
    // Spanish
    &["baja", "alto", "parar", "detener", "cancelar", "cancelar suscripción", "darme de baja", "dar de baja"],
    &[
        "desuscribir",
        "desuscribirme",
        "desuscribirse",
        "anular suscripción",
        "no más mensajes",
        "detener promociones",
    ],
    // Portuguese
    &["sair", "pare", "descadastrar", "descadastre", "cancelar inscrição", "cancelar assinatura", "remover"],
    &["parar promoções", "não quero receber", "não receber mais"],
    // French
    &[
        "arrêt",
        "arrêter",
        "stopper",
        "désabonner",
        "se désabonner",
        "me désabonner",
        "désabonnement",
        "désinscrire",
    ],
    &["me désinscrire", "se désinscrire", "désinscription", "résilier", "annuler", "arrêter les promotions"],
    // German
    &["stopp", "abmelden", "abbestellen", "austragen", "beenden", "kündigen", "abmeldung", "aufhören"],
    &["keine werbung", "keine nachrichten", "keine nachrichten mehr"],
    // Italian
    &[
        "basta",
        "ferma",
        "fermare",
        "annulla",
        "annulla iscrizione",
        "disiscrivi",
        "disiscrivimi",
        "disiscriviti",
    ],
    &["cancellami", "disiscrizione"],
    // Dutch, Afrikaans
    &["afmelden", "uitschrijven", "stoppen", "annuleren", "opzeggen", "meld af", "staak"],
    // Polish, Czech, Slovak
    &["wypisz", "wypisz mnie", "zatrzymaj", "anuluj", "rezygnuję", "koniec subskrypcji"],
    &["odhlásit", "odhlásit se", "zrušit", "zrušit odběr", "odhlásiť", "zrušiť", "zrušiť odber"],
    // Hungarian, Romanian
    &["leiratkozás", "leiratkozom", "leiratkozni", "állj", "dezabonare", "dezabonează", "oprește", "anulare"],
    // Swedish, Danish, Norwegian, Finnish
    &[
        "avsluta",
        "avregistrera",
        "avprenumerera",
        "sluta",
        "afmeld",
        "frameld",
        "avmeld",
        "avslutt",
        "meld av",
    ],
    &["lopeta", "peruuta", "peru tilaus", "poista minut"],
    // Greek, Turkish
    &["διακοπή", "διαγραφή", "σταμάτα", "απεγγραφή", "ακύρωση"],
    &["dur", "durdur", "iptal", "abonelikten çık", "abonelik iptal", "listeden çık"],
    // Russian, Ukrainian, Bulgarian, Serbian, Croatian
    &["стоп", "отписаться", "отписка", "отпишите меня", "отмена", "отменить подписку", "хватит"],
    &["відписатися", "відписка", "скасувати", "скасувати підписку", "отпиши", "отпиши ме", "отписване"],
    &["odjava", "odjavi", "odjavi me", "prekini", "zaustavi", "одјава", "одјави"],
    // Arabic, Hebrew, Persian, Urdu
    &["توقف", "إيقاف", "أوقف", "قف", "إلغاء", "إلغاء الاشتراك", "الغاء اشتراك"],
    &["הסר", "הסרה", "הסירו אותי", "עצור", "הפסק", "ביטול"],
    &["لغو", "لغو اشتراک", "انصراف", "بند کریں", "روکیں"],
    // Hindi, Marathi, Gujarati, Bengali, Tamil, Telugu
    &["बंद", "बंद करें", "बंद करो", "रोकें", "रोको", "रुकें", "सदस्यता समाप्त", "थांबवा", "बंद करा"],
    &["બંધ", "બંધ કરો", "বন্ধ", "বন্ধ করুন", "থামুন"],
    &["நிறுத்து", "நிறுத்தவும்", "ఆపు", "ఆపండి", "ఆపివేయి"],
    // Indonesian, Malay, Tagalog, Swahili
    &["berhenti", "berhenti berlangganan", "batal", "batalkan", "hentikan", "henti", "batal langganan"],
    &["itigil", "ihinto", "acha", "sitisha", "jiondoe"],
    // Thai, Vietnamese
    &["หยุด", "ยกเลิก", "เลิกรับ", "หยุดรับข้อความ"],
    &["hủy đăng ký", "huỷ đăng ký", "ngừng nhận tin", "dừng nhận tin", "từ chối nhận tin"],
    // Chinese, Japanese, Korean
    &["退订", "退訂", "停止", "取消", "取消订阅", "取消訂閱", "停止接收", "td"],
    &["配信停止", "配信を停止", "解除", "登録解除", "退会", "中止", "ストップ", "停止する"],
    &["수신거부", "수신 거부", "중지", "취소", "그만", "해지", "구독취소", "구독 취소"],
];

/// Words that ask for messages again.
pub(super) const OPT_IN: &[&[&str]] = &[
    // English
    &["start", "unstop", "subscribe", "resume", "opt in", "optin", "resubscribe", "subscribe me"],
    // Spanish
    &["alta", "iniciar", "empezar", "comenzar", "suscribir", "suscribirme", "darme de alta", "reanudar"],
    // Portuguese
    &["começar", "assinar", "inscrever", "inscrever me", "retomar", "voltar a receber"],
    // French
    &["démarrer", "commencer", "abonner", "m'abonner", "s'abonner", "reprendre", "m'inscrire"],
    // German
    &["starten", "anmelden", "abonnieren", "fortsetzen", "anmeldung"],
    // Italian
    &["inizia", "iscrivimi", "iscriviti", "iscrizione", "riprendi"],
    // Dutch, Afrikaans
    &["aanmelden", "inschrijven", "hervatten", "abonneren"],
    // Polish, Czech, Slovak
    &["zapisz mnie", "subskrybuj", "wznów", "přihlásit", "přihlásit se", "odebírat", "prihlásiť", "odoberať"],
    // Hungarian, Romanian
    &["feliratkozás", "feliratkozom", "abonare", "abonează", "începe"],
    // Swedish, Danish, Norwegian, Finnish
    &["starta", "prenumerera", "tilmeld", "abonner", "meld på", "aloita", "tilaa", "liity"],
    // Greek, Turkish
    &["έναρξη", "εγγραφή", "başla", "başlat", "abone ol"],
    // Russian, Ukrainian, Bulgarian, Serbian, Croatian
    &["старт", "подписаться", "возобновить", "підписатися", "відновити", "абонирай", "запиши ме"],
    &["prijava", "prijavi", "prijavi me", "пријава"],
    // Arabic, Hebrew, Persian, Urdu
    &["ابدأ", "بدء", "اشترك", "اشتراك", "استئناف", "התחל", "הצטרף", "הרשמה", "شروع", "عضویت", "شروع کریں"],
    // Hindi, Marathi, Gujarati, Bengali, Tamil, Telugu
    &["शुरू", "शुरू करें", "शुरू करो", "सदस्यता लें", "सुरू करा", "શરૂ", "શરૂ કરો", "শুরু", "শুরু করুন"],
    &["தொடங்கு", "தொடங்கவும்", "ప్రారంభించు", "ప్రారంభించండి"],
    // Indonesian, Malay, Tagalog, Swahili
    &["mulai", "berlangganan", "mula", "langgan", "magsimula", "anza", "jiunge"],
    // Thai, Vietnamese
    &["เริ่ม", "สมัคร", "สมัครรับข่าว", "đăng ký", "bắt đầu"],
    // Chinese, Japanese, Korean
    &[
        "订阅",
        "訂閱",
        "开始",
        "開始",
        "恢复订阅",
        "再開",
        "配信再開",
        "購読",
        "登録",
        "시작",
        "구독",
        "수신동의",
        "수신 동의",
    ],
];
