
// ---- Words: what people read and hear.
const allWords = {
  en: {
    title: "Chat", open: "Open chat", close: "Close chat", unread: "unread messages",
    write: "Write a message", send: "Send", attach: "Attach a file", messages: "Messages",
    you: "You", agent: "Agent", sending: "Sending", sent: "Sent", seen: "Seen", failed: "Not sent",
    retry: "Try again", typing: "Typing…", offline: "No connection. What you write is sent later.",
    connecting: "Connecting…", form: "Before we start", formAgain: "Your details", start: "Start chat",
    save: "Send", required: "Please fill this in.", invalid: "Please check this.",
    too_long: "This is too long.", not_an_option: "Please choose one of these.",
    email: "Email", phone: "Phone", name: "Name", first_name: "First name", last_name: "Last name",
    choose: "Choose", optional: "optional", details: "Your details were sent.", file: "File",
    tooBig: "This file is too big.", badFile: "This file cannot be sent.", uploading: "Sending the file…",
    place: "Place", tooLong: "This message is too long.", options: "Options", image: "Image",
    blocked: "The chat is not available here.",
  },
  es: {
    title: "Chat", open: "Abrir el chat", close: "Cerrar el chat", unread: "mensajes sin leer",
    write: "Escribe un mensaje", send: "Enviar", attach: "Adjuntar un archivo", messages: "Mensajes",
    you: "Tú", agent: "Agente", sending: "Enviando", sent: "Enviado", seen: "Visto", failed: "No enviado",
    retry: "Reintentar", typing: "Escribiendo…", offline: "Sin conexión. Lo que escribas se enviará después.",
    connecting: "Conectando…", form: "Antes de empezar", formAgain: "Tus datos", start: "Iniciar el chat",
    save: "Enviar", required: "Completa este campo.", invalid: "Revisa este dato.",
    too_long: "Es demasiado largo.", not_an_option: "Elige una de las opciones.",
    email: "Correo electrónico", phone: "Teléfono", name: "Nombre", first_name: "Nombre", last_name: "Apellido",
    choose: "Elige", optional: "opcional", details: "Tus datos se enviaron.", file: "Archivo",
    tooBig: "El archivo es demasiado grande.", badFile: "Este archivo no se puede enviar.", uploading: "Enviando el archivo…",
    place: "Lugar", tooLong: "El mensaje es demasiado largo.", options: "Opciones", image: "Imagen",
    blocked: "El chat no está disponible aquí.",
  },
  it: {
    title: "Chat", open: "Apri la chat", close: "Chiudi la chat", unread: "messaggi non letti",
    write: "Scrivi un messaggio", send: "Invia", attach: "Allega un file", messages: "Messaggi",
    you: "Tu", agent: "Operatore", sending: "Invio in corso", sent: "Inviato", seen: "Visto", failed: "Non inviato",
    retry: "Riprova", typing: "Sta scrivendo…", offline: "Nessuna connessione. I messaggi saranno inviati più tardi.",
    connecting: "Connessione…", form: "Prima di iniziare", formAgain: "I tuoi dati", start: "Inizia la chat",
    save: "Invia", required: "Compila questo campo.", invalid: "Controlla questo dato.",
    too_long: "È troppo lungo.", not_an_option: "Scegli una delle opzioni.",
    email: "E-mail", phone: "Telefono", name: "Nome", first_name: "Nome", last_name: "Cognome",
    choose: "Scegli", optional: "facoltativo", details: "I tuoi dati sono stati inviati.", file: "File",
    tooBig: "Il file è troppo grande.", badFile: "Questo file non può essere inviato.", uploading: "Invio del file…",
    place: "Luogo", tooLong: "Il messaggio è troppo lungo.", options: "Opzioni", image: "Immagine",
    blocked: "La chat non è disponibile qui.",
  },
  pt: {
    title: "Chat", open: "Abrir o chat", close: "Fechar o chat", unread: "mensagens não lidas",
    write: "Escreva uma mensagem", send: "Enviar", attach: "Anexar um arquivo", messages: "Mensagens",
    you: "Você", agent: "Atendente", sending: "Enviando", sent: "Enviada", seen: "Vista", failed: "Não enviada",
    retry: "Tentar de novo", typing: "Digitando…", offline: "Sem conexão. O que você escrever será enviado depois.",
    connecting: "Conectando…", form: "Antes de começar", formAgain: "Seus dados", start: "Iniciar o chat",
    save: "Enviar", required: "Preencha este campo.", invalid: "Verifique este dado.",
    too_long: "É longo demais.", not_an_option: "Escolha uma das opções.",
    email: "E-mail", phone: "Telefone", name: "Nome", first_name: "Nome", last_name: "Sobrenome",
    choose: "Escolha", optional: "opcional", details: "Seus dados foram enviados.", file: "Arquivo",
    tooBig: "O arquivo é grande demais.", badFile: "Este arquivo não pode ser enviado.", uploading: "Enviando o arquivo…",
    place: "Local", tooLong: "A mensagem é longa demais.", options: "Opções", image: "Imagem",
    blocked: "O chat não está disponível aqui.",
  },
};
const language = [options.lang, document.documentElement.lang, ...(navigator.languages || [])]
  .map((tag) => (tag || "").slice(0, 2).toLowerCase())
  .find((tag) => Object.hasOwn(allWords, tag)) || "en";
const words = allWords[language];
const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
