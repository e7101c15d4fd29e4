import type { EveryOperation } from '../contract/operations.ts'

/** What each operation does, as the API reference says it in Spanish. */
export const summariesEs: Readonly<Record<EveryOperation['id'], string>> = {
  'v1.application.list':
    'Lista las aplicaciones, las más antiguas primero si no se indica otra cosa.',
  'v1.application.create':
    'Crea una aplicación; con `get_if_exists` se devuelve la que ya tiene ese uid.',
  'v1.application.get': 'Una aplicación, por id o uid.',
  'v1.application.update': 'Reemplaza una aplicación, o la crea si no existe.',
  'v1.application.patch': 'Cambia los campos indicados de una aplicación.',
  'v1.application.delete': 'Elimina una aplicación. Su uid queda libre y no se envía nada más.',
  'v1.application.get-settings': 'Los interruptores de una aplicación.',
  'v1.application.patch-settings': 'Cambia los interruptores indicados de una aplicación.',
  'v1.application.standing':
    'Cómo están hasta 100 aplicaciones: endpoints que fallan y desde cuándo, y lo que espera.',
  'v1.application.profile-fit': 'Qué endpoints incumplirían las reglas de otro perfil, y por qué.',
  'v1.endpoint.list':
    'Lista los endpoints de una aplicación, los más nuevos primero si no se indica otra cosa.',
  'v1.endpoint.create': 'Crea un endpoint. Si no se da un secreto, se genera uno.',
  'v1.endpoint.get': 'Un endpoint, por id o uid.',
  'v1.endpoint.update': 'Reemplaza un endpoint, o lo crea si no existe.',
  'v1.endpoint.patch': 'Cambia los campos indicados de un endpoint.',
  'v1.endpoint.delete': 'Elimina un endpoint. Su uid queda libre y no se envía nada más.',
  'v1.endpoint.get-headers':
    'Los encabezados propios; se omiten los valores de los sensibles, y todos para quien no puede ver secretos.',
  'v1.endpoint.update-headers': 'Reemplaza los encabezados propios.',
  'v1.endpoint.patch-headers': 'Agrega, cambia o (con null) quita encabezados propios.',
  'v1.endpoint.get-secret': 'Muestra el secreto de firma.',
  'v1.endpoint.rotate-secret':
    'Pone un secreto de firma nuevo; el anterior sigue firmando un tiempo. 200 con el nuevo para los SDK que lo leen (Svix 2 y posteriores); si no, 204.',
  'v1.endpoint.get-stats':
    'Cuenta los intentos por resultado, los de los últimos 28 días si no se indica otra cosa.',
  'v1.endpoint.get-attempt-stats':
    'Cuenta en qué terminaron los intentos; el periodo se amplía a horas enteras.',
  'v1.endpoint.get-tls': 'Los ajustes de TLS de un endpoint; la clave privada no se muestra nunca.',
  'v1.endpoint.update-tls':
    'Pone una autoridad privada y un certificado de cliente; con null o un cuerpo vacío se quitan.',
  'v1.endpoint.snippets':
    'Receptores que verifican las solicitudes de este endpoint, en nueve lenguajes, listos para copiar, con sus encabezados y su ruta.',
  'v1.endpoint.checkup':
    'Prueba un endpoint con hasta siete solicitudes marcadas: un evento válido, otra vez el mismo, dos hechos con un momento de diferencia y primero el más nuevo, una firma incorrecta, una hora vieja y un tipo desconocido. No se registra nada. Como máximo seis por minuto y endpoint.',
  'v1.endpoint.diagnose-signature':
    'Dice por qué no se pudo verificar una solicitud: compara sus encabezados y su cuerpo con las claves del endpoint y los bytes que enviamos.',
  'v1.inspector.bin.list':
    'Lista los buzones del inspector: los de la organización y los que nadie configuró.',
  'v1.inspector.bin.create':
    'Crea un buzón, con un nombre inventado si no se da ninguno; si ya hay uno con ese nombre, se cambia.',
  'v1.inspector.bin.get': 'Un buzón.',
  'v1.inspector.bin.update':
    'Cambia los ajustes indicados de un buzón, o lo crea. Un guion nuevo empieza desde el principio.',
  'v1.inspector.bin.delete': 'Elimina un buzón con lo que recibió.',
  'v1.inspector.request.list':
    'Lista las solicitudes que recibió un buzón, las más nuevas primero.',
  'v1.inspector.request.clear': 'Elimina las solicitudes que recibió un buzón, salvo las fijadas.',
  'v1.inspector.request.get': 'Una solicitud que recibió un buzón.',
  'v1.inspector.request.patch': 'Fija una solicitud que recibió un buzón, o le pone una nota.',
  'v1.inspector.request.delete': 'Elimina una solicitud que recibió un buzón.',
  'v1.inspector.request.wait':
    'Espera una solicitud que coincida, guardada o que llegue después: para pruebas. Si el buzón no existe, se crea.',
  'v1.inspector.request.stream':
    'Las solicitudes de un buzón según llegan, y las que faltan desde `Last-Event-ID`. Si el buzón no existe, se crea.',
  'v1.event-type.list':
    'Lista los tipos de evento por nombre. Los tokens del portal ven los que no tienen marca, o tienen una de las suyas.',
  'v1.event-type.create':
    'Crea un tipo de evento. Uno archivado con ese nombre vuelve a estar activo.',
  'v1.event-type.get': 'Un tipo de evento.',
  'v1.event-type.update': 'Reemplaza un tipo de evento, o lo crea.',
  'v1.event-type.patch': 'Cambia los campos indicados de un tipo de evento.',
  'v1.event-type.delete': 'Archiva un tipo de evento; con `expunge` lo elimina para siempre.',
  'v1.event-type.import':
    'Crea o cambia tipos de evento a partir de un texto: OpenAPI con `webhooks`, AsyncAPI, o una lista con nombre, descripción, grupo y ejemplo. Un esquema distinto pasa a ser la versión siguiente; no se archiva nada.',
  'v1.event-type.activity':
    'Mensajes de los últimos 7 días, endpoints suscritos y diferencias con el esquema, de hasta 100 tipos de evento.',
  'v1.event-type.observe':
    'Compara los 50 payloads más nuevos de un tipo de evento con su esquema, e infiere de ellos un esquema. No se muestra ningún valor.',
  'v1.message.list': 'Lista los mensajes de una aplicación, los más nuevos primero.',
  'v1.message.create': 'Envía un mensaje a cada endpoint de la aplicación que lo quiere.',
  'v1.message.get': 'Un mensaje, por id o por id de evento.',
  'v1.message.expunge-content': 'Borra el payload de un mensaje.',
  'v1.message-attempt.list-attempted-destinations':
    'Lista los endpoints a los que iba un mensaje, con el estado de cada entrega.',
  'v1.message-attempt.list-attempted-messages':
    'Lista los mensajes que iban a un endpoint, con el estado de cada entrega.',
  'v1.message-attempt.resend': 'Envía otra vez un mensaje a un endpoint.',
  'v1.endpoint.send-example': 'Envía a un endpoint un ejemplo de un tipo de evento.',
  'v1.message.create-batch':
    'Envía hasta 1000 mensajes en una sola transacción; cada uno se juzga por separado.',
  'v1.message.precheck': 'Si algún endpoint recibiría un mensaje así.',
  'v1.message.bulk-expunge-content': 'Borra los payloads de varios mensajes.',
  'v1.message.cancel':
    'Retira un mensaje que espera (`deliverAt`, reintentos): se cancelan sus entregas abiertas.',
  'v1.message.routing': 'Cada endpoint de la aplicación: enviado, o qué regla lo excluyó.',
  'v1.message-attempt.list-by-endpoint':
    'Lista los intentos de un endpoint, los más nuevos primero.',
  'v1.message-attempt.list-by-msg': 'Lista los intentos de un mensaje, los más nuevos primero.',
  'v1.message-attempt.get-body':
    'El cuerpo que envió un intento, hecho otra vez a partir de lo guardado.',
  'v1.message-attempt.get': 'Un intento.',
  'v1.message-attempt.expunge-content': 'Borra la respuesta guardada de un intento.',
  'v1.message-attempt.list-by-msg-deprecated':
    'Lista los intentos de un mensaje, los más nuevos primero.',
  'v1.message-attempt.list-by-endpoint-deprecated':
    'Lista los intentos de un endpoint, los más nuevos primero.',
  'v1.message-attempt.sign-again':
    'Los encabezados y el cuerpo de un intento como se enviarían ahora: con la hora de ahora y una firma que se verifica.',
  'v1.delivery.list': 'Lista las entregas de una aplicación, las más nuevas primero.',
  'v1.delivery.list-all':
    'Lista las entregas de todas las aplicaciones, las más nuevas primero. Una página termina al revisar unas 10,000 filas, llena o no: mientras no esté `done`, su iterador continúa.',
  'v1.delivery.summarize-all':
    'Cuenta las entregas de todas las aplicaciones que cumplen un filtro: de quién son, cómo están, qué obtuvieron. Las 2,500 más nuevas, hasta donde alcanzan 1.5 s.',
  'v1.delivery.export-all':
    'Las entregas de todas las aplicaciones que cumplen un filtro, como archivo y por partes.',
  'v1.message.list-all':
    'Lista los mensajes de todas las aplicaciones, los más nuevos primero. Una página termina al revisar unas 10,000 filas, llena o no: mientras no esté `done`, su iterador continúa.',
  'v1.delivery.get': 'Una entrega: un mensaje a un endpoint.',
  'v1.delivery.cancel':
    'Cancela una entrega que espera. Si se está enviando o ya terminó, es un conflicto.',
  'v1.delivery.retry-now':
    'Intenta ahora una entrega que espera un reintento, sin aguardar a su horario. Si no espera nada, o espera a las anteriores, es un conflicto.',
  'v1.endpoint.retry-now':
    'Intenta ahora lo que espera un reintento en este endpoint, sin aguardar a su horario.',
  'v1.change.list':
    'Lo que ocurre en una aplicación, en el momento: con `Accept: text/event-stream`, un flujo que se retoma con `Last-Event-ID`; si no, una página.',
  'v1.change.list-all': 'Lo mismo para todas las aplicaciones de la organización.',
  'v1.message.summarize':
    'Cuenta los mensajes por tiempo y tipo de evento, con los filtros de su lista.',
  'v1.delivery.summarize':
    'Cuenta las entregas por tiempo, estado, tipo de evento y endpoint, con los filtros de su lista.',
  'v1.message-attempt.summarize':
    'Cuenta los intentos de un endpoint por tiempo, resultado y código de estado.',
  'v1.endpoint.activity':
    'En qué terminaron los intentos de hasta 100 endpoints en las últimas 24 horas, hora por hora, y qué espera.',
  'v1.message.search':
    'Busca mensajes por un texto o por lo que hay en su payload, los más nuevos primero.',
  'v1.delivery.export': 'Las entregas que cumplen un filtro, como archivo y por partes.',
  'v1.endpoint.change-several':
    'Pone en pausa, reanuda, habilita, deshabilita o elimina los endpoints que cumplen, o les agrega o quita tipos de evento, por partes.',
  'v1.endpoint.change-all':
    'Cambia en segundo plano los endpoints que cumplen: los pone en pausa, reanuda, habilita, deshabilita o elimina, o les agrega o quita tipos de evento. La tarea dice qué fue de cada uno.',
  'v1.endpoint.test-all':
    'Envía en segundo plano datos inventados a los endpoints que cumplen. La tarea dice qué respondió cada uno.',
  'v1.endpoint.export':
    'Los endpoints que cumplen un filtro, como archivo y por partes; sin secretos.',
  'v1.message.export':
    'Los mensajes que cumplen un filtro, como archivo y por partes, con lo oculto para quien llama.',
  'v1.endpoint.preview-missing':
    'Cuenta los mensajes que el endpoint quiere según su configuración actual y nunca recibió.',
  'v1.delivery.preview':
    'Cuenta sobre qué trabajaría una recuperación o una cancelación, antes de hacer nada.',
  'v1.delivery.recover':
    'Envía entregas otra vez, en segundo plano: las más antiguas primero, cada mensaje una vez a cada endpoint.',
  'v1.delivery.cancel-many': 'Cancela entregas que esperan, en segundo plano.',
  'v1.authentication.app-portal-access':
    'Genera un token y un enlace para el portal de una aplicación.',
  'v1.authentication.dashboard-access':
    'Genera un token y un enlace para el portal de una aplicación.',
  'v1.authentication.portal-session':
    'Canjea la clave de un enlace del portal (en `Authorization`) por la sesión de la página, una sola vez.',
  'v1.authentication.expire-all':
    'Termina los tokens del portal de una aplicación, o los de algunas sesiones.',
  'v1.authentication.logout': 'Termina el token del portal que trae la solicitud.',
  'v1.api-key.create': 'Crea una clave de API. Esta respuesta es la única que la muestra.',
  'v1.api-key.list':
    'Lista las claves de API de la organización, las más antiguas primero. Las revocadas ya no están.',
  'v1.api-key.roll':
    'Rota una clave de API: crea otra igual, y la anterior sirve todavía un tiempo. Esta respuesta es la única que la muestra.',
  'v1.api-key.revoke':
    'Revoca una clave de API: deja de funcionar en menos de un segundo, en todos los nodos.',
  'v1.endpoint.get-verification':
    'Cuándo se encontró válida aquí por última vez una firma del secreto actual de un endpoint: en un buzón del inspector al que envía, o con el médico de firmas.',
  'v1.application.get-verification':
    'Si alguna vez se encontró válida aquí una firma de la aplicación: en un buzón del inspector al que envía su endpoint, o con el médico de firmas.',
  'v1.view.list': 'Lista las vistas compartidas con todos, las más antiguas primero.',
  'v1.view.create': 'Comparte una vista de una lista con un nombre.',
  'v1.view.patch': 'Cambia el nombre de una vista compartida, o lo que pide.',
  'v1.view.delete': 'Elimina una vista compartida, para todos.',
  'v1.note.list': 'Lista las notas del eje del tiempo, las de los momentos más recientes primero.',
  'v1.note.create': 'Deja una nota en el eje del tiempo de los gráficos, como un despliegue.',
  'v1.note.delete': 'Quita una nota del eje del tiempo, para todos.',
  'v1.audit.list':
    'Lista el registro de auditoría, lo más nuevo primero: quién cambió qué, antes y después, y desde dónde.',
  'v1.audit.export':
    'El registro de auditoría como líneas, lo más antiguo primero. La exportación también queda registrada.',
  'v1.audit.get': 'Una entrada del registro de auditoría.',
  'v1.endpoint.history':
    'Lista los cambios de un endpoint, los más nuevos primero. Los tokens del portal no ven quién de la organización los hizo.',
  'v1.endpoint.revert':
    'Deshace un cambio de un endpoint: sus campos vuelven a ser los de antes de esa entrada.',
  'v1.user.create':
    'Agrega un usuario. La respuesta trae un enlace, válido tres días, para elegir una contraseña.',
  'v1.user.list': 'Lista los usuarios, los más antiguos primero.',
  'v1.user.get': 'Un usuario.',
  'v1.user.patch':
    'Cambia el nombre o el rol de un usuario, o le cierra el acceso. El último propietario sigue siéndolo.',
  'v1.user.delete':
    'Quita a un usuario; sus sesiones terminan en menos de un segundo. El último propietario se queda.',
  'v1.user.invite':
    'Un enlace nuevo para elegir una contraseña, si el usuario perdió la suya. Los enlaces anteriores dejan de valer.',
  'v1.user.list-sessions': 'Lista las sesiones abiertas de un usuario.',
  'v1.user.end-session':
    'Termina una sesión de un usuario, en menos de un segundo en todos los nodos.',
  'v1.session.methods': 'Cómo se inicia sesión aquí.',
  'v1.session.create':
    'Inicia sesión. Pone una cookie que los scripts no pueden leer; cada error hace esperar más.',
  'v1.session.get': 'Quién inició sesión y qué puede hacer. 404 para claves y tokens.',
  'v1.session.delete':
    'Cierra la sesión y borra su cookie. 200 si se inició con OpenID Connect y el proveedor también permite cerrarla: ahí debe ir el navegador.',
  'v1.session.accept-invite':
    'Elige una contraseña con el enlace de una invitación, una sola vez, e inicia sesión.',
  'v1.session.openid-start':
    'Empieza a iniciar sesión con OpenID Connect: adónde debe ir el navegador. Pone una cookie.',
  'v1.session.openid-finish':
    'Inicia sesión con lo que el proveedor dio al navegador, una sola vez y en menos de diez minutos.',
  'v1.session.list': 'Lista las sesiones abiertas del usuario que pregunta.',
  'v1.session.end': 'Termina una de las sesiones propias.',
  'v1.session.change-password':
    'Elige otra contraseña. Las demás sesiones del usuario terminan, y esta se renueva.',
  'v1.role.list': 'Lista los roles que puede tener un usuario y qué puede hacer cada uno.',
  'v1.caller.get': 'Qué puede hacer quien llama, con cualquier clave, token o sesión.',
  'v1.authentication.whoami':
    'De quién es la credencial, como lo preguntan los SDK más nuevos; `GET /caller` dice más.',
  'v1.endpoint.recover':
    'Envía otra vez los mensajes fallidos de un endpoint, desde un momento de hace 14 días como máximo.',
  'v1.endpoint.replay-missing':
    'Envía los mensajes que el endpoint quiere según sus ajustes de ahora y que nunca recibió.',
  'v1.endpoint.bulk-replay':
    'Envía otra vez los mensajes de un endpoint que cumplen un filtro, sea cual sea su resultado.',
  'v1.message.expunge-all-contents':
    'Borra los payloads de una aplicación: todos, o los de los mensajes que cumplen el filtro.',
  'v1.statistics.aggregate-app-stats':
    'Cuenta los mensajes de aplicaciones en un periodo de 28 días como máximo.',
  'v1.statistics.aggregate-event-types':
    'Cuenta los mensajes de los últimos 28 días por tipo de evento.',
  'v1.background-task.list':
    'Lista las tareas en segundo plano, las más nuevas primero si no se indica otra cosa.',
  'v1.background-task.get':
    'Una tarea en segundo plano, con su avance. Los tokens del portal ven las de su aplicación.',
  'v1.background-task.cancel':
    'Detiene una tarea. Lo que hizo, hecho queda; si ya terminó, es un conflicto.',
  'v1.background-task.pause':
    'Pone en pausa una tarea que avanza. Lo que hizo, hecho queda; si no avanza, es un conflicto.',
  'v1.background-task.resume':
    'Deja que una tarea en pausa siga donde estaba. Si no está en pausa, es un conflicto.',
  'v1.statistics.application':
    'Intentos de una aplicación en el tiempo: resultados, latencia, por endpoint y tipo de evento, y errores.',
  'v1.endpoint.transformation-get': 'La transformación de un endpoint.',
  'v1.endpoint.transformation-partial-update':
    'Cambia la transformación de un endpoint. El código se prueba antes de guardarlo.',
  'v1.endpoint.transformation-test':
    'Ejecuta un código, o el guardado, sobre un payload. No se guarda ni se envía nada.',
  'v1.message.poller.poll':
    'Mensajes que el endpoint quiere, los más antiguos primero, a partir de un iterador. También si está deshabilitado.',
  'v1.message.poller.consumer-poll':
    'Lo mismo, y aquí se recuerda por dónde va cada consumidor con nombre.',
  'v1.message.poller.consumer-seek': 'Mueve un consumidor a un momento.',
  'v1.message.pollerv2.consumer-poll':
    'Mensajes con su posición, reservados para esta consulta hasta que se confirmen o venza la reserva.',
  'v1.message.pollerv2.consumer-commit': 'Confirma todo hasta una posición.',
  'v1.event-type.import-openapi':
    'Crea tipos de evento a partir de los `webhooks` de un documento OpenAPI.',
  'v1.environment.export':
    'Los tipos de evento de la organización, para importarlos en otra parte.',
  'v1.environment.import':
    'Crea o reemplaza los tipos de evento de una exportación. Lo que no está en ella se queda.',
  'v1.operational-webhook.endpoint.list': 'Lista los receptores de webhooks operativos.',
  'v1.operational-webhook.endpoint.create': 'Registra un receptor de webhooks operativos.',
  'v1.operational-webhook.endpoint.get': 'Un receptor.',
  'v1.operational-webhook.endpoint.update': 'Reemplaza un receptor, o lo crea si no existe.',
  'v1.operational-webhook.endpoint.delete': 'Elimina un receptor.',
  'v1.operational-webhook.endpoint.get-secret': 'Muestra el secreto de firma de un receptor.',
  'v1.operational-webhook.endpoint.rotate-secret':
    'Pone un secreto de firma nuevo; el anterior sigue firmando un tiempo.',
  'v1.operational-webhook.endpoint.get-headers': 'Los encabezados propios de un receptor.',
  'v1.operational-webhook.endpoint.update-headers':
    'Reemplaza los encabezados propios de un receptor.',
  'v1.catalog.list': 'Lista los catálogos de eventos que se pueden instalar.',
  'v1.catalog.get':
    'Un catálogo con sus eventos: todos, los de un contexto, o los que representa un nombre.',
  'v1.catalog.install': 'Crea o actualiza en la organización los tipos de evento del catálogo.',
  'v1.profile.list': 'Lista los perfiles que puede tener una aplicación.',
  'v1.profile.get': 'Un perfil: política, límites, reglas y cómo se ven sus pantallas.',
  'v1.webhook.list':
    'Lista los endpoints como lo hace el perfil de la aplicación, los más nuevos primero.',
  'v1.webhook.change-several': 'Activa, desactiva o elimina varios endpoints.',
  'v1.webhook.suggest-code': 'Propone un código libre para un nombre.',
  'v1.webhook.summary':
    'Solicitudes y tasa de éxito de las últimas 24 horas, número de ejecuciones y último fallo.',
  'v1.webhook.test': 'Envía ahora datos de ejemplo a un endpoint, también con ajustes sin guardar.',
  'v1.webhook.test-unsaved': 'Envía datos de ejemplo a una URL antes de guardar un endpoint.',
  'v1.webhook.log':
    'El registro del endpoint, lo más nuevo primero: una fila por intento o por entrega, según su perfil.',
  'v1.webhook.log-entry':
    'Una entrada del registro: qué se envió y qué se respondió. Los secretos van ocultos.',
  'v1.message.send-and-wait':
    'Envía un mensaje y trae las respuestas de los endpoints, hasta un plazo.',
  'v1.rest-hook.events':
    'Tipos de evento a los que un REST hook puede suscribirse, cada uno con una muestra.',
  'v1.rest-hook.samples': 'Muestras de un evento, tal como las recibe un hook.',
  'v1.rest-hook.subscribe': 'Suscribe una URL a un evento. Un 410 de ella termina la suscripción.',
  'v1.rest-hook.unsubscribe': 'Termina la suscripción de un REST hook.',
  'v1.application.snippets':
    'Lo mismo para un endpoint que todavía no existe: receptores que verifican lo que recibiría uno con esa URL.',
  'v1.issue.list':
    'Lista fallos agrupados por endpoint y por cómo terminan, los más recientes primero; de las 1000 entregas fallidas o en espera más nuevas de dos semanas.',
  'v1.issue.patch':
    'Dice de una incidencia que se conoce, que está resuelta o que se ignora, con una nota.',
  'v1.installation.get-settings':
    'Los ajustes que los propietarios cambian con el servidor en marcha, y de dónde viene cada uno.',
  'v1.installation.patch-settings':
    'Cambia ajustes; valen enseguida en este nodo y en dos segundos en los demás, sin reiniciar.',
  'v1.environment.get': 'Qué entorno es esta instalación, y dónde está el otro.',
  'v1.egress.get':
    'Las direcciones de las que salen las entregas, para los firewalls de los receptores.',
  'v1.installation.get':
    'Obtiene versión, base de datos, cola, nodos y ajustes, como paquete de diagnóstico.',
  'v1.node.list':
    'Lista los nodos que trabajan sobre esta base de datos, los más antiguos primero.',
  'v1.encryption.get': 'Qué claves de cifrado se usan, con nombres que no revelan nada de ellas.',
  'v1.encryption.rotate':
    'Cifra de nuevo los secretos de todos los endpoints con la clave actual, en segundo plano.',
  'v1.health.get': 'Si ahora se puede guardar un dato; si no, 503.',
  'v1.health.ping': 'Si el servidor responde.',
  'v1.masking.get':
    'Las rutas de los payloads que se ocultan para los roles support, auditor y reader.',
  'v1.public-catalog.get': 'Dice si los tipos de evento están publicados en `/events`.',
  'v1.public-catalog.set':
    'Publica los tipos de evento en `/events`, o retira la página; vale a los pocos segundos.',
  'v1.masking.set':
    'Reemplaza las rutas que se ocultan; vale desde la siguiente solicitud, también para lo guardado.',
  'v1.masking.preview':
    'Muestra un mensaje como lo verían, con estas rutas, los roles a los que se les ocultan. No se guarda nada.',
  'v1.operational-webhook.endpoint.test':
    'Avisa ahora a un receptor de que un endpoint falla, como ejemplo. No se registra nada.',
}
