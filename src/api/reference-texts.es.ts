/** Descriptions of schemas and answers in Spanish, by the English text: a test finds those that are missing. */
export const textsEs: Readonly<Record<string, string>> = {
  organization: 'organización',
  'Only those with this in their name, uid or id, in capitals or not.':
    'Solo las que tienen esto en su nombre, uid o id, con mayúsculas o sin ellas.',
  'Only those with an endpoint that fails or was given up.':
    'Solo las que tienen un endpoint que falla o que se dio por perdido.',
  'Ids of applications, not their uids.': 'Ids de aplicaciones, no sus uids.',
  'Shows the values of secret custom headers too, to those who may change secrets of the organisation. What an endpoint authenticates with is never shown. Default: false.':
    'Muestra también los valores de los encabezados propios que son secretos, a quienes pueden cambiar secretos de la organización. Aquello con lo que un endpoint se autentica no se muestra nunca. false si no se indica.',
  'What it answers, one after another, the last one for ever: as text, or the same as rules.':
    'Qué responde, una cosa tras otra y la última para siempre: como texto, o lo mismo como reglas.',
  'What signatures are checked with besides the secrets of endpoints here: `whsec_…`, or of another sender such as `stripe:whsec_…`.':
    'Con qué se comprueban las firmas además de los secretos de los endpoints de aquí: `whsec_…`, o de otro remitente como `stripe:whsec_…`.',
  'Default: one that is made up.': 'Si no se indica, uno inventado.',
  'Kept when older ones must leave.': 'Se conserva cuando las más antiguas tienen que salir.',
  'Terms that must all hold: `type=order.*`, `data.id=o_91`, `header.x-tenant=acme`, `signature=valid`, or words of the body.':
    'Términos que deben cumplirse todos: `type=order.*`, `data.id=o_91`, `header.x-tenant=acme`, `signature=valid`, o palabras del cuerpo.',
  'Seconds; default 10.': 'Segundos; 10 si no se indica.',
  'Only requests after this id.': 'Solo las solicitudes posteriores a este id.',
  'Only requests received at or after this time.':
    'Solo las solicitudes recibidas a partir de esta hora.',
  'What was waited for did not come in time.': 'Lo que se esperaba no llegó a tiempo.',
  'Only those of which a delivery has failed for good (`failed`), that no endpoint wanted when they came (`unsubscribed`, tests left out), or that were sent as a test (`test`).':
    'Solo aquellos de los que una entrega falló del todo (`failed`), que ningún endpoint quería cuando llegaron (`unsubscribed`, sin las pruebas), o que se enviaron como prueba (`test`).',
  'Items a page; default 50.': 'Elementos por página; 50 si no se indica.',
  'The `iterator` of the page before; with a leading `-` the list walks back.':
    'El `iterator` de la página anterior; con un `-` delante la lista va hacia atrás.',
  'Not supported: refused when true.': 'No se admite: se rechaza si es true.',
  'Done.': 'Hecho.',
  'The request makes no sense here.': 'La solicitud no tiene sentido aquí.',
  'No valid credentials.': 'Faltan credenciales válidas.',
  'The credentials do not allow this.': 'Las credenciales no lo permiten.',
  'The request is not valid.': 'La solicitud no es válida.',
  'Too many requests.': 'Demasiadas solicitudes.',
  'Cannot be stored now; try again.': 'Ahora no se puede guardar; inténtalo otra vez.',
  'Repeating a request with the same key and body gives the first answer again.':
    'Repetir una solicitud con la misma clave y el mismo cuerpo da otra vez la primera respuesta.',
  'A name for people. No control characters.':
    'Un nombre para las personas. Sin caracteres de control.',
  'An id of your own: 1 to 256 of a-z, A-Z, 0-9, hyphen, underscore and dot; not one or two dots alone.':
    'Un id tuyo: de 1 a 256 de a-z, A-Z, 0-9, guion, guion bajo y punto; no uno o dos puntos solos.',
  'Older name of `throttleRate`.': 'Nombre anterior de `throttleRate`.',
  'Your own pairs; at most 4096 bytes as JSON.': 'Pares tuyos; como máximo 4096 bytes como JSON.',
  'Name of the profile that its endpoints start from; default `standard`.':
    'Nombre del perfil del que parten sus endpoints; `standard` si no se indica.',
  'Name of the profile that the application may be given.':
    'Nombre del perfil que se le puede dar a la aplicación.',
  'Change the profile although endpoints break its rules (`v1.application.profile-fit` says which): they stay as they are until they are next changed.':
    'Cambiar el perfil aunque haya endpoints que incumplan sus reglas (`v1.application.profile-fit` dice cuáles): quedan como están hasta su próximo cambio.',
  'The master switch: while false nothing is sent and messages match no endpoint.':
    'El interruptor general: si es false no se envía nada y los mensajes no llegan a ningún endpoint.',
  'Conflicts with what is there.': 'Choca con lo que hay.',
  'The body is too large.': 'El cuerpo es demasiado grande.',
  application: 'aplicación',
  'Not found, or not visible to the caller.': 'No existe, o quien llama no puede verlo.',
  'Creating a message answers once every endpoint was tried, at the latest after the attempt timeout of the profile. Default false: it answers as soon as the message is stored.':
    'Crear un mensaje responde cuando se ha intentado con cada endpoint, como máximo tras el tiempo de espera del perfil. Si no se indica, false: responde en cuanto el mensaje está guardado.',
  'The REST hook routes (`/hook`) exist; false: they answer 404. Default true.':
    'Las rutas de REST hooks (`/hook`) existen; con false responden 404. Si no se indica, true.',
  'Absolute http or https URL that passes the address rules.':
    'URL http o https absoluta que cumple las reglas de direcciones.',
  'At most so many attempts in any second, evenly spaced; enforced.':
    'Como máximo tantos intentos en cualquier segundo, repartidos por igual; se hace cumplir.',
  'Event types wanted, by name or by another spelling that the catalog knows; `order.*` takes all that begin with `order.`, also those added later (`USER_*` where names are written with underscores). Null or empty: all.':
    'Tipos de evento que se quieren, por su nombre o por otra forma que el catálogo conoce; `order.*` toma todos los que empiezan por `order.`, también los que se agreguen después (`USER_*` donde los nombres llevan guiones bajos). Null o vacío: todos.',
  'Older name of `eventTypes`.': 'Nombre anterior de `eventTypes`.',
  'Channels wanted; messages without channels are then not sent. Null or empty: all.':
    'Canales que se quieren; entonces los mensajes sin canales no se envían. Null o vacío: todos.',
  'Kept, never read.': 'Se guarda y no se lee nunca.',
  'Headers added to each request. Names that are ours or a proxy’s are refused.':
    'Encabezados que se agregan a cada solicitud. Se rechazan los nombres que son nuestros o de un proxy.',
  '`whsec_` (it may be left out) and base64 of 24 to 75 bytes, or `whsk_` and base64 of 64 bytes (Ed25519).':
    '`whsec_` (se puede omitir) y base64 de 24 a 75 bytes, o `whsk_` y base64 de 64 bytes (Ed25519).',
  'While true deliveries wait; resuming sends them in order.':
    'Mientras sea true, las entregas esperan; al reanudar salen en orden.',
  'Short for `policy.ordering`: `fifo` sends strictly in order of acceptance.':
    'Forma breve de `policy.ordering`: `fifo` envía estrictamente en el orden de aceptación.',
  'Delivery policy of this endpoint alone; what is absent comes from the profile.':
    'Política de entrega de este endpoint solo; lo que falta viene del perfil.',
  'Inclusive ranges that count as success, or `any`. Default [[200, 299]].':
    'Rangos, con sus extremos, que cuentan como éxito, o `any`. Si no se indica, [[200, 299]].',
  'Ranges that are retried; a status in neither list fails at once.':
    'Rangos que se reintentan; un estado que no está en ninguna lista falla de inmediato.',
  'Delays before the second, third, ... attempt, in ms. Empty: one attempt.':
    'Esperas antes del segundo intento, del tercero y siguientes, en ms. Vacío: un solo intento.',
  'Share of a delay added by chance.': 'Parte de una espera que se agrega al azar.',
  'Total time of one attempt.': 'Tiempo total de un intento.',
  'Failures in a row that open the circuit breaker; 0: it stays closed.':
    'Fallos seguidos que abren el cortacircuitos; 0: sigue cerrado.',
  'What is no http or https URL is left out.':
    'Lo que no es una URL http o https no se tiene en cuenta.',
  'False: payloads, and what answers repeat of them, read `[masked]` in this session. Default true.':
    'Con false, los payloads, y lo que las respuestas repiten de ellos, dicen `[masked]` en esta sesión. Si no se indica, true.',
  '`resolved` comes by itself when the endpoint answers well again, and ends when more of it comes.':
    '`resolved` llega solo cuando el endpoint vuelve a responder bien, y termina cuando llega más de lo mismo.',
  '`fifo`: event n+1 is first sent after n succeeded or was given up.':
    '`fifo`: el evento n+1 se envía por primera vez cuando el n llegó o se abandonó.',
  'What an ordered endpoint does when its head has used up its tries.':
    'Qué hace un endpoint ordenado cuando el primero de la fila agotó sus intentos.',
  'Payloads wanted: `{"order.total": {"$gte": 100}, "country": "C*"}`. Members must all hold; see docs/reference/filters.md. Null: all.':
    'Payloads que se quieren: `{"order.total": {"$gte": 100}, "country": "C*"}`. Se deben cumplir todos los miembros; ver docs/reference/filters.md. Null: todos.',
  'a-z, 0-9 and _, at most 64; unique in the application, fixed once saved.':
    'a-z, 0-9 y _, como máximo 64; único en la aplicación, fijo una vez guardado.',
  'Which service made it.': 'Qué servicio lo creó.',
  'Left out of the webhook list.': 'No aparece en la lista de webhooks.',
  'Only `REST`.': 'Solo `REST`.',
  'A catalog’s trigger: stands for its events.':
    'Disparador de un catálogo: representa sus eventos.',
  'A catalog’s context: where the webhook is made.':
    'Contexto de un catálogo: dónde se crea el webhook.',
  'Limits the endpoint: kind of scope (site, workflow, ...) to the ids it listens to. An empty list, or a kind that is absent, is all.':
    'Limita el endpoint: tipo de alcance (sitio, workflow…) y los ids que escucha. Una lista vacía, o un tipo ausente, es todo.',
  'How requests to the endpoint show who sends them.':
    'Cómo muestran las solicitudes al endpoint quién las envía.',
  'Of an edit whose event carries `previous`: everything, or only what changed.':
    'De una edición cuyo evento trae `previous`: todo, o solo lo que cambió.',
  'Sets the count; it goes on from there.': 'Fija la cuenta; sigue a partir de ahí.',
  'The `updatedAt` that was read: a conflict (409) when it was changed since.':
    'El `updatedAt` que se leyó: un conflicto (409) si cambió desde entonces.',
  'Names to remove.': 'Nombres que se quitan.',
  'How long the old secret signs beside the new one; default as in `GET /installation/settings` (24 hours). A signature as Logto’s has one key: there the old one ends at once.':
    'Cuánto tiempo sigue firmando el secreto anterior junto al nuevo; si no se indica, como en `GET /installation/settings` (24 horas). Una firma como la de Logto tiene una sola clave: ahí el anterior termina de inmediato.',
  'Like the body of `PUT …/endpoint/{endpoint_id}/tls`: what it leaves out is removed, but for the key. Null removes all of it.':
    'Como el cuerpo de `PUT …/endpoint/{endpoint_id}/tls`: lo que no trae se quita, salvo la clave. Null lo quita todo.',
  'PEM of the authorities that sign the receiver, in place of the public ones.':
    'PEM de las autoridades que firman al receptor, en lugar de las públicas.',
  'PEM of our client certificate (mTLS), with its chain.':
    'PEM de nuestro certificado de cliente (mTLS), con su cadena.',
  'PEM of its private key, unencrypted. Sealed at rest, never returned; absent keeps the stored one.':
    'PEM de su clave privada, sin cifrar. Se guarda cifrada y no se devuelve nunca; si falta, se conserva la guardada.',
  '`library`: with the official library; `plain`: with what the language brings.':
    '`library`: con la biblioteca oficial; `plain`: con lo que trae el lenguaje.',
  'Show the key as well; needs the permission to read secrets. Default false.':
    'Muestra también la clave; requiere permiso para leer secretos. Si no se indica, false.',
  'Whose example is sent; default the first that the endpoint wants.':
    'De cuál se envía el ejemplo; si no se indica, del primero que quiere el endpoint.',
  'What your server got; names in any case.':
    'Lo que recibió tu servidor; los nombres, en mayúsculas o minúsculas.',
  'The body as text (UTF-8).': 'El cuerpo como texto (UTF-8).',
  'The body as bytes, in place of `body`.': 'El cuerpo como bytes, en lugar de `body`.',
  'The secret that your server uses. Not kept.': 'El secreto que usa tu servidor. No se guarda.',
  'The signature that your server computed.': 'La firma que calculó tu servidor.',
  'When your server judged it; default now.': 'Cuándo la juzgó tu servidor; ahora si no se indica.',
  'Only this fix; default all of them.': 'Solo este arreglo; todos si no se indica.',
  'Include schemas; default false.': 'Incluye los esquemas; false si no se indica.',
  'Dot-separated name of an event type, at most 256 characters.':
    'Nombre de un tipo de evento, separado por puntos, de 256 caracteres como máximo.',
  'Version to JSON Schema (draft 7 or later), at most 1000; each must compile.':
    'De versión a JSON Schema (borrador 7 o posterior), como máximo 1000; cada uno debe compilar.',
  'Portal users see a flagged event type only when their token carries the flag.':
    'Los usuarios del portal ven un tipo de evento marcado solo si su token lleva la marca.',
  'A heading under which consoles list the type.':
    'Título bajo el que las consolas listan el tipo.',
  'A label of a message that endpoints may filter on.':
    'Una etiqueta de un mensaje por la que los endpoints pueden filtrar.',
  'A label of a message that lists may be filtered by.':
    'Una etiqueta de un mensaje por la que se pueden filtrar las listas.',
  'Whether payloads or responses are included; default true.':
    'Si se incluyen payloads o respuestas; true si no se indica.',
  'The body that receivers get: these bytes, unchanged.':
    'El cuerpo que reciben los receptores: estos bytes, sin cambios.',
  'Another name of `payload`.': 'Otro nombre de `payload`.',
  'Days that the payload is kept.': 'Días que se conserva el payload.',
  'The same in hours; wins.': 'Lo mismo en horas; tiene prioridad.',
  'Not sent before; at most 24 hours ahead.': 'No se envía antes; como máximo 24 horas adelante.',
  'Sent instead of `payload`, byte for byte.': 'Se envía en lugar de `payload`, byte por byte.',
  'Only `content-type`, the media type of `rawPayload`.':
    'Solo `content-type`, el tipo de medio de `rawPayload`.',
  'Where the event happened: kind of scope to its id, or ids (a stage and its site).':
    'Dónde ocurrió el evento: tipo de alcance y su id, o sus ids (una etapa y su sitio).',
  'Of an edit: the values before it. Systems send only what changed.':
    'De una edición: los valores de antes. Hay sistemas que envían solo lo que cambió.',
  'Creates the application when it is missing; its uid must be the one in the path.':
    'Crea la aplicación cuando falta; su uid debe ser el de la ruta.',
  'Whether status 4 (canceled) may be answered; default false.':
    'Si se puede responder el estado 4 (cancelado); false si no se indica.',
  '0 success … 4 canceled.': '0 éxito … 4 cancelado.',
  'Which example of the schema; default the first.':
    'Qué ejemplo del esquema; el primero si no se indica.',
  'Sent in place of the example; takes the permission to send messages.':
    'Se envía en lugar del ejemplo; requiere permiso para enviar mensajes.',
  'Class of the HTTP status; 0: no response.': 'Clase del estado HTTP; 0: sin respuesta.',
  'Include the message; default false.': 'Incluye el mensaje; false si no se indica.',
  'Of this endpoint only: id or uid.': 'Solo de este endpoint: id o uid.',
  'In any of these states.': 'En alguno de estos estados.',
  'A cursor: what happened behind it. Without one: from now on.':
    'Un cursor: lo que ocurrió después de él. Sin él: desde ahora.',
  'Of a page; a stream has no limit.': 'De una página; un flujo no tiene límite.',
  'Default: a day before the end.': 'Si no se indica, un día antes del final.',
  'Default: now.': 'Si no se indica, ahora.',
  'At most as many; they are of a round length. Default 60.':
    'Como máximo tantos; son de una duración redonda. 60 si no se indica.',
  '0 success, 2 fail: as in the list.': '0 éxito, 2 fallo: como en la lista.',
  'Ids of endpoints, not their uids.': 'Ids de endpoints, no sus uids.',
  'By what is in the payload, clauses joined by `and`: `data.order.id = "o_91"`, `total >= 100`, `email ~ "@acme"`, `id exists`, `"text anywhere"`; or a payload filter as JSON.':
    'Por lo que hay en el payload, cláusulas unidas con `and`: `data.order.id = "o_91"`, `total >= 100`, `email ~ "@acme"`, `id exists`, `"texto en cualquier parte"`; o un filtro de payload como JSON.',
  'Only rows with this text in an id, the event type, the event id, a tag or the name of the endpoint, whatever its case. The id or event id of a message means that message alone.':
    'Solo filas con este texto en un id, el tipo de evento, el id del evento, una etiqueta o el nombre del endpoint, en mayúsculas o minúsculas. El id o el id de evento de un mensaje significa solo ese mensaje.',
  'The states in the words of the list; with `states`, what both mean. queued, retrying and held are `pending`, told apart by attempts and endpoint when the job comes to them.':
    'Los estados con las palabras de la lista; con `states`, lo que ambos significan. queued, retrying y held son `pending`, y se distinguen por los intentos y el endpoint cuando el trabajo llega a ellas.',
  'Created at or after this, at most 90 days ago. Needed unless `deliveryIds` is given.':
    'Creadas en este momento o después, hace 90 días como máximo. Hace falta si no se da `deliveryIds`.',
  'Created before this. Default: now.': 'Creadas antes de este momento. Si no se indica, ahora.',
  'Of these endpoints only, by id or uid, in this order. Default: all.':
    'Solo de estos endpoints, por id o uid, en este orden. Si no se indica, todos.',
  'In any of these states. Default: failed; any, when `deliveryIds` is given.':
    'En alguno de estos estados. Si no se indica, fallidas; cualquiera, cuando se da `deliveryIds`.',
  'true: tried at least once; false: not yet. Default: either.':
    'true: se intentó al menos una vez; false: todavía no. Si no se indica, ambas.',
  'These alone.': 'Solo estas.',
  'Leaves out messages that reached the endpoint some other time, or are on their way. Default: true.':
    'Omite los mensajes que llegaron al endpoint en otra ocasión, o van en camino. Si no se indica, true.',
  'Deliveries a second. Default: half of the limit of the endpoint, or 20 where it has none; null: as fast as they are answered.':
    'Entregas por segundo. Si no se indica, la mitad del límite del endpoint, o 20 si no tiene; null: tan rápido como se responden.',
  'Sends one delivery of each endpoint first, and the others only when it succeeds. Default: false.':
    'Envía primero una entrega de cada endpoint, y las demás solo cuando llega. Si no se indica, false.',
  'Stops an endpoint when more than this share of first attempts failed (of at least five). Default: goes on.':
    'Detiene un endpoint cuando falla más de esta parte de los primeros intentos (de cinco al menos). Si no se indica, sigue.',
  'Short for the capability `ViewBase` alone.': 'Forma breve de la capacidad `ViewBase` sola.',
  'Seconds that the token lives; default 604800 (7 days).':
    'Segundos que vive el token; 604800 (7 días) si no se indica.',
  'A name by which expire-all can end this session alone.':
    'Un nombre con el que expire-all puede terminar solo esta sesión.',
  'Origins whose pages may frame the portal opened by this link; default: those of POSTHORN_PORTAL_ORIGINS.':
    'Orígenes cuyas páginas pueden mostrar en un marco el portal de este enlace; si no se indica, los de POSTHORN_PORTAL_ORIGINS.',
  'Colour of buttons and links; made readable in either theme.':
    'Color de botones y enlaces; se ajusta para que se lea en ambos temas.',
  'Sections left out.': 'Secciones que se omiten.',
  'The only section shown.': 'La única sección que se muestra.',
  'False leaves the navigation out.': 'Con false no hay navegación.',
  public: 'público',
  'Seconds until the tokens end; default 0, at once.':
    'Segundos hasta que terminan los tokens; 0 si no se indica: de inmediato.',
  'Only these sessions; empty or absent: all of the application.':
    'Solo estas sesiones; si está vacío o falta, todas las de la aplicación.',
  'admin: everything. sender: reads and sends. reader: reads, but no secrets. Either this or scopes.':
    'admin: todo. sender: lee y envía. reader: lee, pero no secretos. Esto o scopes, uno de los dos.',
  'Exactly these permissions, in place of a role; `v1.role.list` says what each is. Nobody gives what they may not do themselves.':
    'Exactamente estos permisos, en lugar de un rol; `v1.role.list` dice qué es cada uno. Nadie da lo que no puede hacer.',
  'Id or uid: the key sees this application only.': 'Id o uid: la clave solo ve esta aplicación.',
  'One of its list has it at most, whatever the capitals.':
    'Como mucho una de su lista lo tiene, con mayúsculas o sin ellas.',
  'What the URL of the list asks for, without the question mark.':
    'Lo que pide la URL de la lista, sin el signo de interrogación.',
  'Id or uid: where the view makes sense; null: everywhere.':
    'Id o uid: dónde tiene sentido la vista; null: en todas partes.',
  'What happened, in a few words.': 'Qué pasó, en pocas palabras.',
  'Default: all that are kept, 90 days.': 'Por defecto: todas las que se guardan, 90 días.',
  'Default: all until now.': 'Por defecto: todas hasta ahora.',
  'Id or uid: its notes, and those of every application. Default: all notes.':
    'Id o uid: sus notas, y las de todas las aplicaciones. Por defecto: todas las notas.',
  'When it happened: at most 90 days ago. Default: now.':
    'Cuándo pasó: hace como mucho 90 días. Por defecto: ahora.',
  'Id or uid: of which it tells; null: of every application.':
    'Id o uid: de cuál habla; null: de todas las aplicaciones.',
  'Id of a user, key or session.': 'Id de un usuario, una clave o una sesión.',
  'user: signed in. key: an API key. token: a token of the organisation. portal: a token of one application. console: the console on the own machine, without sign-in. system: Posthorn. anonymous: nobody (a failed sign-in).':
    'user: inició sesión. key: una clave de API. token: un token de la organización. portal: un token de una aplicación. console: la consola en el propio equipo, sin iniciar sesión. system: Posthorn. anonymous: nadie (un inicio de sesión fallido).',
  'Exact name.': 'Nombre exacto.',
  'Id of the thing changed.': 'Id de lo que cambió.',
  'Id of an application.': 'Id de una aplicación.',
  'Id of the entry of its history to take back.':
    'Id de la entrada de su historial que se deshace.',
  'Also where the endpoint was changed since; otherwise that answers 409.':
    'También si el endpoint cambió desde entonces; si no, eso responde 409.',
  'What the user signs in by; upper and lower case are the same.':
    'Con qué inicia sesión el usuario; mayúsculas y minúsculas son iguales.',
  'owner: everything. developer: everything but people and keys that may more. support: reads, sends again and recovers; no secrets. auditor: reads, with masked payloads, also the audit log, people, keys and settings; no secrets. reader: reads; no secrets.':
    'owner: todo. developer: todo menos personas y claves que puedan más. support: lee, reenvía y recupera; sin secretos. auditor: lee, con los payloads ocultos, también la auditoría, las personas, las claves y los ajustes; sin secretos. reader: lee; sin secretos.',
  'The query with which the browser came back, without the question mark.':
    'La consulta con la que volvió el navegador, sin el signo de interrogación.',
  'Default: as long as there are any.': 'Si no se indica, mientras haya.',
  'A canceled task is `failed`, with `data.canceled`; a paused one is `running`, with `data.paused`.':
    'Una tarea cancelada es `failed`, con `data.canceled`; una en pausa es `running`, con `data.paused`.',
  'Default: a day before `until`.': 'Si no se indica, un día antes de `until`.',
  'Default: now. At most 90 days later.': 'Si no se indica, ahora. Como máximo 90 días después.',
  'JavaScript that defines `function handler(webhook)` and returns the webhook.':
    'JavaScript que define `function handler(webhook)` y devuelve el webhook.',
  'In place of the saved ones.': 'En lugar de las guardadas.',
  'Default 50.': '50 si no se indica.',
  'Name of an event type, or a group with all of its types: `order.*` (`USER_*` where names are written with underscores).':
    'Nombre de un tipo de evento, o un grupo con todos sus tipos: `order.*` (`USER_*` donde los nombres llevan guiones bajos).',
  'Where a new consumer begins; default earliest.':
    'Dónde empieza un consumidor nuevo; earliest si no se indica.',
  'Say what would change, and change nothing.': 'Di qué cambiaría, y no cambies nada.',
  'Archive every type that is not in it.': 'Archiva todo tipo que no está en ella.',
  'The document as text: JSON, or YAML of at most 1 MiB.':
    'El documento como texto: JSON, o YAML de 1 MiB como máximo.',
  'Refused unless empty.': 'Se rechaza si no está vacío.',
  'Only what this context offers.': 'Solo lo que ofrece este contexto.',
  'Only what the guide names, or not.': 'Solo lo que nombra la guía, o no.',
  'Only what this name, older spelling or trigger stands for.':
    'Solo lo que representa este nombre, forma anterior o disparador.',
  'Default: as the profile does.': 'Si no se indica, como lo hace el perfil.',
  'Default false.': 'Si no se indica, false.',
  'Part of name, URL, event or integration.':
    'Parte del nombre, la URL, el evento o la integración.',
  'Counts of 24 hours; default false.': 'Cuentas de 24 horas; false si no se indica.',
  'Default 1.': '1 si no se indica.',
  'One request for each; default those of the endpoint.':
    'Una solicitud por cada uno; si no se indica, los del endpoint.',
  'The row’s `messageId`.': 'El `messageId` de la fila.',
  'Default 10000.': '10000 si no se indica.',
  'Any name: the name of Basic. Without an Authorization header.':
    'Un nombre cualquiera: el de Basic. Si no hay encabezado Authorization.',
  'An API key: the password of Basic. Never logged or kept.':
    'Una clave de API: la contraseña de Basic. Nunca se registra ni se guarda.',
  'Paths into payloads: `data.customer.email`, `data.cards[*].number`, `*` for any member. What they lead to reads `[masked]`.':
    'Rutas dentro de los payloads: `data.customer.email`, `data.cards[*].number`, `*` para cualquier miembro. En su lugar se lee `[masked]`.',
  'json: the event, signed (the default). slack: a sentence, for an incoming webhook of Slack, Mattermost or Discord (`/slack`).':
    'json: el evento, firmado (si no se indica otra cosa). slack: una frase, para un webhook entrante de Slack, Mattermost o Discord (`/slack`).',
  'Of sentences, in chats and mail; default en.':
    'De las frases, en chats y correo; en si no se indica.',
  'Absolute http or https URL that passes the address rules; or `mailto:` and up to ten addresses by commas, where the server has POSTHORN_SMTP_URL.':
    'URL http o https absoluta que cumple las reglas de direcciones; o `mailto:` y hasta diez direcciones separadas por comas, donde el servidor tiene POSTHORN_SMTP_URL.',
  'How long the old key still works, unless it expires before; default 86400. A key that has an end gives the new one as long as it had itself.':
    'Cuánto tiempo sirve todavía la clave anterior, si no vence antes; 86400 si no se indica. Una clave que tiene fin da a la nueva el mismo plazo que tuvo ella.',
  'Sent in place of an example.': 'Se envía en lugar de un ejemplo.',
  'Whether `/events` shows the event types without sign-in: names, descriptions, fields and examples of those that are neither archived nor behind a feature flag.':
    'Si `/events` muestra los tipos de evento sin iniciar sesión: nombres, descripciones, campos y ejemplos de los que no están archivados ni tras una marca.',
  'The document as JSON or YAML (YAML of at most 1 MiB), or lines of cells parted by commas, semicolons or tabs; a first line may name them.':
    'El documento como JSON o YAML (YAML de hasta 1 MiB), o líneas de celdas separadas por comas, punto y coma o tabuladores; la primera puede nombrarlas.',
  'When a deprecated type stops being sent: consoles tell whoever subscribes to it. It changes nothing by itself.':
    'Cuándo deja de enviarse un tipo obsoleto: las consolas lo dicen a quien está suscrito. Por sí solo no cambia nada.',
  'The header `posthorn-next` of the part before. It is absent once there is no further part; a part may have no row and still not be the last. `posthorn-rows` counts the rows, `posthorn-reached` is the time down to which all was looked at.':
    'El encabezado `posthorn-next` de la parte anterior. Falta cuando ya no hay otra parte; una parte puede no tener filas sin ser la última. `posthorn-rows` cuenta las filas y `posthorn-reached` es la hora hasta la que se miró todo.',
  'ndjson (default): an item of the list a line. csv: a table whose first part has the names; what a spreadsheet would take for a formula begins with an apostrophe.':
    'ndjson (si no se indica otra cosa): un elemento de la lista por línea. csv: una tabla cuya primera parte trae los nombres; lo que una hoja de cálculo tomaría por fórmula empieza con un apóstrofo.',
  'queued, retrying (tried before) and held (its endpoint is paused or disabled) are `pending`.':
    'queued, retrying (ya se intentó) y held (su endpoint está en pausa o deshabilitado) son `pending`.',
  'Only those with this text in an id, name, URL, event or label, whatever its case.':
    'Solo los que tienen este texto en un id, un nombre, la URL, un evento o una etiqueta, en mayúsculas o minúsculas.',
  'In any of these states: paused or disabled as it is set, else by its attempts of the last 24 hours: none succeeded (failing), fewer than 95 % (degraded).':
    'En alguno de estos estados: paused o disabled según sus ajustes; si no, por sus intentos de las últimas 24 horas: ninguno tuvo éxito (failing), menos del 95 % (degraded).',
  'That take any of these types, or any of a group: `order.*`.':
    'Que toman alguno de estos tipos, o alguno de un grupo: `order.*`.',
  'Those that are added or taken away. Endpoints that get everything stay so, and none is left without any.':
    'Los que se agregan o se quitan. Los endpoints que reciben todo siguen así, y ninguno queda sin ninguno.',
  'One request for each. Default: those of each endpoint, ten at most, and the first one there is to who gets everything.':
    'Una solicitud por cada uno. Si no se indica: los de cada endpoint, diez como máximo, y el primero que haya a quien recibe todo.',
  'These alone, by id; or `filter`.': 'Solo estos, por id; o `filter`.',
  'All that fit, as in the list; an empty one means all there are.':
    'Todos los que cumplen, como en la lista; uno vacío significa todos los que hay.',
  'That of the part before: goes on behind it. Absent: begins.':
    'El de la parte anterior: sigue tras él. Sin él: empieza.',
  'With all of these labels (`metadata`): `team`, or `team:payments`.':
    'Con todas estas etiquetas (`metadata`): `team`, o `team:payments`.',
  'Of these endpoints: ids or uids.': 'De estos endpoints: ids o uids.',
  'Of these applications: ids or uids, at most 20. Default: all.':
    'De estas aplicaciones: ids o uids, 20 como máximo. Si no se indica, todas.',
  'Whose last attempt got one of these statuses, `5xx`: any such, 0: no answer, or had none for one of these reasons: `connect_timeout`.':
    'Cuyo último intento obtuvo uno de estos estados, `5xx`: cualquiera de ellos, 0: sin respuesta, o no la obtuvo por una de estas razones: `connect_timeout`.',
  'Whose last attempt got one of these statuses, `5xx`: any such, 0: no answer, or had none for one of these reasons: `connect_timeout`. A page ends once it has looked at 5,000 deliveries, full or not: while it is not `done`, its iterator goes on.':
    'Cuyo último intento obtuvo uno de estos estados, `5xx`: cualquiera de ellos, 0: sin respuesta, o no la obtuvo por una de estas razones: `connect_timeout`. Una página termina tras revisar 5,000 entregas, llena o no: mientras no está `done`, su iterador sigue.',
  'Whose last attempt got one of these statuses, `5xx`: any such, 0: no answer, or had none for one of these reasons: `connect_timeout`. The newest 5,000 of the range are looked at; `countedSince` tells where they begin.':
    'Cuyo último intento obtuvo uno de estos estados, `5xx`: cualquiera de ellos, 0: sin respuesta, o no la obtuvo por una de estas razones: `connect_timeout`. Se revisan las 5,000 más recientes del intervalo; `countedSince` dice desde cuándo.',
  'Tells of the end by mail: `me` for who signed in, or an address (with `administer`). Needs POSTHORN_SMTP_URL.':
    'Avisa del final por correo: `me` para quien inició sesión, o una dirección (con `administer`). Requiere POSTHORN_SMTP_URL.',
  'How round corners are.': 'Qué tan redondas son las esquinas.',
  'Its letters: those that come with it, or the reader’s own of a kind.':
    'Su letra: la que viene con él, o una de quien lee.',
  'How close lines and controls stand.': 'Qué tan juntos van líneas y controles.',
  'Whose last attempt got one of these statuses, or had no answer for one of these reasons: `500`, `5xx`, `connect_timeout`. Not with `deliveryIds`.':
    'Cuyo último intento obtuvo uno de estos estados, o no tuvo respuesta por una de estas razones: `500`, `5xx`, `connect_timeout`. No va con `deliveryIds`.',
  'A part instead of the stream: at most 10,000 entries, and in the header `posthorn-next` where the next begins; it is absent after the last.':
    'Una parte en vez del flujo: como máximo 10,000 entradas, y en el encabezado `posthorn-next` dónde empieza la siguiente; falta tras la última.',
  'With `part`: the header `posthorn-next` of the part before.':
    'Con `part`: el encabezado `posthorn-next` de la parte anterior.',
  'Count the last answers too.': 'Cuenta también las últimas respuestas.',
}
