import type { Explanations } from './explanation.ts'
import { receiverEs } from './receiver.es.ts'

export const es: Explanations = {
  blocked_address: {
    title: 'La dirección del endpoint no está permitida.',
    why: 'Las redes privadas, de loopback y de metadatos están bloqueadas para proteger este servidor (SSRF).',
    fix: 'Usa una URL pública, o pide al operador que permita la red: POSTHORN_ALLOW_NETWORKS=10.0.0.0/8',
  },
  blocked_url: {
    title: 'La URL del endpoint no está permitida.',
    why: 'Su esquema, puerto o forma nunca se usa para entregas.',
    fix: 'Indica una URL http o https absoluta, sin usuario ni contraseña.',
  },
  dns_not_found: {
    title: 'El nombre de host del endpoint no existe.',
    why: 'El DNS respondió que ese nombre no existe.',
    fix: 'Revisa si la URL tiene un error; un nombre nuevo puede tardar minutos en aparecer.',
  },
  dns_failed: {
    title: 'No se pudo resolver el nombre de host del endpoint.',
    why: 'El servidor DNS respondió con un fallo.',
    fix: 'Habrá reintentos. Si persiste, pide al dueño del dominio que revise su DNS.',
  },
  dns_timeout: {
    title: 'El DNS no respondió a tiempo.',
    why: 'El servidor DNS no dio respuesta para ese nombre.',
    fix: 'Revisa el servidor DNS de este servidor (POSTHORN_DNS_SERVERS).',
  },
  connect_refused: {
    title: 'El endpoint rechazó la conexión.',
    why: 'La máquina responde, pero nada escucha en ese puerto.',
    fix: 'Inicia el receptor, o corrige el puerto de la URL.',
  },
  connect_timeout: {
    title: 'El endpoint no aceptó la conexión a tiempo.',
    why: 'Suele ser un cortafuegos que descarta paquetes, o una máquina apagada.',
    fix: 'Permite este servidor en el cortafuegos del receptor.',
  },
  connect_failed: {
    title: 'Falló la conexión con el endpoint.',
    why: 'La red no pudo llegar a la dirección.',
    fix: 'Comprueba que la dirección sea accesible desde este servidor.',
  },
  tls_expired: {
    title: 'El certificado del endpoint venció.',
    why: 'Un certificado fuera de sus fechas no es de confianza.',
    fix: 'Renueva el certificado en el receptor.',
  },
  tls_not_yet_valid: {
    title: 'El certificado del endpoint aún no es válido.',
    why: 'Su primer día está en el futuro, o el reloj de este servidor está mal.',
    fix: 'Revisa el reloj aquí y el certificado allá.',
  },
  tls_client_certificate: {
    title: 'El endpoint exige un certificado de cliente.',
    why: 'No aceptó la conexión sin un certificado de su confianza.',
    fix: 'Permite en el receptor las solicitudes por su firma.',
  },
  tls_failed: {
    title: 'Falló la conexión TLS.',
    why: 'La negociación se interrumpió por una razón que el endpoint no indicó.',
    fix: 'Mira el registro TLS del receptor.',
  },
  loop_refused: {
    title: 'El endpoint es este mismo servidor.',
    why: 'Una entrega a nuestra propia API se repetiría sin fin.',
    fix: 'Usa la dirección del receptor.',
  },
  tls_untrusted: {
    title: 'El certificado del endpoint no es de confianza.',
    why: 'Es autofirmado, o su cadena está incompleta.',
    fix: 'Sirve la cadena completa de una autoridad pública.',
  },
  tls_name: {
    title: 'El certificado del endpoint es de otro nombre.',
    why: 'Ninguno de sus nombres es el host de la URL.',
    fix: 'Usa el host correcto en la URL, o un certificado que lo nombre.',
  },
  tls_protocol: {
    title: 'No se pudo acordar una conexión TLS.',
    why: 'El endpoint habla HTTP sin cifrar en este puerto, o solo TLS antiguo.',
    fix: 'Sirve TLS 1.2 o posterior, o usa http:// si es lo previsto.',
  },
  reset: {
    title: 'El endpoint cortó la conexión.',
    why: 'Se cerró antes de completar la respuesta: una caída, o un proxy intermedio.',
    fix: 'Mira el registro del receptor en ese momento.',
  },
  write_timeout: {
    title: 'El endpoint no leyó la solicitud a tiempo.',
    why: 'La conexión existe, pero no se aceptó el cuerpo.',
    fix: 'Revisa la carga del receptor y sus proxies.',
  },
  response_timeout: {
    title: 'Tiempo de espera agotado: el endpoint no respondió a tiempo.',
    why: 'Aceptó la solicitud y no dio una respuesta completa en el tiempo del intento.',
    fix: 'Responde 2xx de inmediato y haz el trabajo después, desde una cola.',
  },
  bad_http: {
    title: 'La respuesta del endpoint no es HTTP.',
    why: 'Otra cosa escucha en ese puerto, o la respuesta está mal formada.',
    fix: 'Comprueba el puerto y qué responde en él.',
  },
  headers_too_large: {
    title: 'Los encabezados de la respuesta son demasiado grandes.',
    why: 'No se leen más de 16 KiB de encabezados.',
    fix: 'Envía menos cookies y encabezados en las respuestas a webhooks.',
  },
  redirect_refused: {
    title: 'El endpoint respondió con una redirección.',
    why: 'Las redirecciones no se siguen: un cuerpo firmado va a la dirección registrada.',
    fix: 'Registra la dirección a la que redirige.',
  },
  proxy_failed: {
    title: 'Falló el proxy de salida.',
    why: 'No se pudo llegar al proxy o rechazó el destino.',
    fix: 'Revisa los ajustes y el registro del proxy.',
  },
  no_sockets: {
    title: 'Al nodo no le quedaban descriptores de archivo.',
    why: 'Había más conexiones abiertas que las que el sistema permite a este proceso; no se preguntó al endpoint.',
    fix: 'Sube el límite (ulimit -n, LimitNOFILE) o baja POSTHORN_IN_FLIGHT_MAX.',
  },
  authentication_failed: {
    title: 'Las credenciales no se aceptan.',
    why: 'La clave de API falta o es de otro servidor; en una entrega, el endpoint rechazó nuestro acceso.',
    fix: 'Usa --key o define POSTHORN_API_KEY; en una entrega, corrige la autenticación del endpoint.',
  },
  transform_failed: {
    title: 'Falló la transformación del endpoint.',
    why: 'Su código lanzó un error, tardó demasiado, o no devolvió una solicitud.',
    fix: 'Prueba la transformación con el payload del mensaje.',
  },
  transform_canceled: {
    title: 'El código del endpoint dejó fuera el mensaje.',
    why: 'Su transformación devolvió `cancel: true` para este mensaje: no se envió nada, y nada falló.',
    fix: 'Para enviarlo de todos modos, cambia la transformación y reenvía el mensaje.',
  },
  not_connected: {
    title: 'Ningún comando está escuchando.',
    why: 'El endpoint es de `posthorn listen`, que no está conectado; las entregas esperan.',
    fix: 'Inicia posthorn listen otra vez: lo que espera se entrega entonces.',
  },
  payload_gone: {
    title: 'El payload ya no existe.',
    why: 'Venció o fue eliminado; solo se conserva el registro.',
    fix: 'Envía el evento otra vez como mensaje nuevo.',
  },
  outcome_unknown: {
    title: 'No se sabe qué pasó con el intento.',
    why: 'El servidor se detuvo entre enviar y registrar; la entrega se intenta otra vez.',
    fix: 'Nada: los receptores distinguen repeticiones por webhook-id.',
  },
  aborted: {
    title: 'El intento se abandonó antes de enviarse.',
    why: 'El nodo se detenía, o ya no poseía la entrega.',
    fix: 'Nada: se intenta otra vez.',
  },
  internal: {
    title: 'Algo falló internamente.',
    why: 'Es un fallo de Posthorn, no de tu comando.',
    fix: 'Ejecútalo con --debug e informa lo que muestra.',
  },
  generic_error: {
    title: 'No se entendió la solicitud.',
    why: 'Una parte de la solicitud tiene una forma que el servidor no puede leer.',
    fix: 'Compárala con la referencia en /docs.',
  },
  validation: {
    title: 'La solicitud no es válida.',
    why: 'Se rechazó al menos un campo; cada uno se nombra arriba.',
    fix: 'Corrige los campos y envía la solicitud de nuevo.',
  },
  invalid_range: {
    title: 'El intervalo de tiempo no es válido.',
    why: 'Termina en el futuro, es demasiado largo, o termina antes de empezar.',
    fix: 'Elige un intervalo más corto en el pasado.',
  },
  limit_reached: {
    title: 'Se alcanzó un límite.',
    why: 'El servidor limita cuántos de estos pueden existir a la vez.',
    fix: 'Elimina uno, o espera a que venza el más antiguo.',
  },
  invalid_scheme: {
    title: 'No se pudo producir un ejemplo.',
    why: 'El tipo de evento no tiene un esquema con ejemplo.',
    fix: 'Agrega un ejemplo al tipo de evento, o indica el payload con -d.',
  },
  missing_payload: {
    title: 'El payload ya no existe.',
    why: 'Venció o fue eliminado.',
    fix: 'Envía el evento otra vez como mensaje nuevo.',
  },
  'insufficient access': {
    title: 'Esta clave no puede hacer eso.',
    why: 'Los tokens de una aplicación solo alcanzan esa aplicación.',
    fix: 'Usa la clave de API de la organización.',
  },
  not_found: {
    title: 'No existe.',
    why: 'Esta clave no conoce el id o uid, o fue eliminado.',
    fix: 'Consulta lo que hay: posthorn apps ls, posthorn endpoints ls, posthorn catalog ls',
  },
  method_not_allowed: {
    title: 'Esta ruta no acepta este método.',
    why: 'La ruta existe con otros métodos.',
    fix: 'Consulta la referencia en /docs.',
  },
  conflict: {
    title: 'No encaja con lo que hay.',
    why: 'Un uid o id de evento está en uso, cambió entretanto, o rige una regla como la del último propietario.',
    fix: 'Elige otro id o usa el que existe; si no, haz lo que dice la primera línea.',
  },
  event_type_exists: {
    title: 'El tipo de evento ya existe.',
    why: 'Los nombres de tipos de evento son únicos.',
    fix: 'Usa otro nombre, o actualiza el tipo que existe.',
  },
  profile_misfit: {
    title: 'Hay endpoints que incumplen reglas del perfil.',
    why: 'Cada perfil tiene reglas propias: nombres, códigos, eventos, URL. No se cambió nada.',
    fix: 'Mira cuáles y por qué: posthorn apps system <app> <nombre> --dry-run. Para cambiarlo de todos modos, agrega --yes (force=true): quedan como están.',
  },
  idempotency_mismatch: {
    title: 'La clave de idempotencia se usó con otra solicitud.',
    why: 'Una clave representa una solicitud, byte a byte.',
    fix: 'Usa una clave nueva para una solicitud nueva.',
  },
  payload_too_large: {
    title: 'El payload es demasiado grande.',
    why: 'El tamaño de las solicitudes está limitado (POSTHORN_BODY_BYTES_MAX).',
    fix: 'Envía una referencia en lugar de los datos, o sube el límite.',
  },
  unsupported_media_type: {
    title: 'El cuerpo tiene una forma que no se lee.',
    why: 'Los cuerpos comprimidos no se leen.',
    fix: 'Envía el cuerpo tal como es.',
  },
  rate_limited: {
    title: 'Demasiadas solicitudes.',
    why: 'El servidor se protege a sí mismo y a los demás.',
    fix: 'Espera lo que indica Retry-After.',
  },
  unavailable: {
    title: 'El servidor no puede guardarlo ahora.',
    why: 'El disco está lleno o no se llega a la base de datos; no se aceptó nada.',
    fix: 'Envíalo más tarde con la misma clave de idempotencia.',
  },
  server_error: {
    title: 'El servidor falló.',
    why: 'Es un fallo del servidor; su registro tiene la causa.',
    fix: 'Inténtalo de nuevo e infórmalo con el registro si persiste.',
  },
  unexpected_answer: {
    title: 'La respuesta no es de Posthorn.',
    why: 'Otro servidor o un proxy responde en esta dirección.',
    fix: 'Revisa --url y POSTHORN_URL.',
  },
  wait_timeout: {
    title: 'No llegó a tiempo nada que coincida.',
    why: 'El buzón no recibió esa solicitud mientras el comando esperaba.',
    fix: 'Mira lo que sí llegó: posthorn bins requests',
  },
  too_many_connections: {
    title: 'Hay demasiadas conexiones abiertas.',
    why: 'Los clientes mantienen más conexiones de las que caben, y ninguna está inactiva.',
    fix: 'Mantener menos abiertas; el operador puede subir POSTHORN_CONNECTIONS_MAX y el límite de archivos abiertos.',
  },
  request_timeout: {
    title: 'La solicitud tardó demasiado en llegar.',
    why: 'Los encabezados tienen 10 segundos y la solicitud entera 30.',
    fix: 'Enviarla de una sola vez.',
  },
  expectation_failed: {
    title: 'No se admite una expectativa de la solicitud.',
    why: 'Solo se admite Expect: 100-continue.',
    fix: 'Quitar el encabezado Expect.',
  },
  loop_detected: {
    title: 'Una entrega llamó al servidor que la hizo.',
    why: 'La solicitud de una entrega no puede crear la siguiente: no terminaría nunca.',
    fix: 'Dirigir el endpoint a otro lugar.',
  },
  metrics_private: {
    title: 'Las métricas son para redes privadas.',
    why: 'Sin un token solo se muestran a quien llama directamente desde redes privadas.',
    fix: 'Definir POSTHORN_METRICS_TOKEN y enviarlo como token Bearer.',
  },
  cross_site: {
    title: 'La solicitud viene de otro sitio.',
    why: 'La cookie de una sesión solo cuenta con el encabezado que envían las páginas de este servidor.',
    fix: 'Usar una clave de API, o llamar desde las páginas de la consola.',
  },
  no_home: {
    title: 'No hay carpeta de usuario para los ajustes.',
    why: 'No están definidos HOME ni XDG_CONFIG_HOME.',
    fix: 'Definir una de ellas, o usar opciones y variables POSTHORN_*.',
  },
  unknown_profile: {
    title: 'No existe ese perfil.',
    why: 'Los perfiles de la línea de comandos se guardan en el archivo del usuario.',
    fix: 'Consultarlos: posthorn config profiles',
  },
  no_snippet: {
    title: 'No hay un receptor en ese lenguaje.',
    why: 'Hay receptores en nueve lenguajes.',
    fix: 'Consultarlos: posthorn snippet --help',
  },
  usage: {
    title: 'No se entendió el comando.',
    why: 'Falta un argumento u opción, no se conoce, o tiene un valor incorrecto.',
    fix: 'Consulta posthorn --help',
  },
  bad_setting: {
    title: 'Un ajuste no es válido.',
    why: 'Su valor se rechazó antes de iniciar nada.',
    fix: 'Corrígelo; posthorn config explain muestra de dónde viene.',
  },
  data_folder: {
    title: 'No se puede usar la carpeta de datos.',
    why: 'No se puede crear, leer o escribir.',
    fix: 'Elige otra con POSTHORN_DATA_DIR, o corrige sus permisos.',
  },
  missing_key: {
    title: 'No hay clave de API que usar.',
    why: 'No se indicó --key ni POSTHORN_API_KEY, y ningún servidor dejó una aquí.',
    fix: 'Ejecútalo en la carpeta donde se inició posthorn, o usa --key.',
  },
  server_unreachable: {
    title: 'El servidor no responde.',
    why: 'Nada escucha ahí, o la red no llega.',
    fix: 'Inícialo con: posthorn   o indica otro con --url',
  },
  port_in_use: {
    title: 'El puerto está en uso.',
    why: 'Otro programa, quizá otro Posthorn, escucha en él.',
    fix: 'Elige otro: posthorn --port 8072',
  },
  unknown_application: {
    title: 'No existe esa aplicación.',
    why: 'Ninguna aplicación de esta clave tiene ese id o uid.',
    fix: 'Consúltalas: posthorn apps ls',
  },
  delivery_failed: {
    title: 'El mensaje se aceptó, pero no se entregó.',
    why: 'Un endpoint lo rechazó o no se pudo alcanzar.',
    fix: 'Mira por qué: posthorn why <mensaje>',
  },
  bad_json: {
    title: 'El payload no es JSON.',
    why: 'No se envió, porque ningún receptor podría leerlo.',
    fix: 'Indica un objeto: -d \'{"id": 1}\', -d @archivo o -d - para la entrada estándar.',
  },
  editor_failed: {
    title: 'El editor terminó con un error.',
    why: 'No se pudo iniciar, o terminó con un estado distinto de 0: no se envió nada.',
    fix: 'Indica otro en VISUAL o EDITOR, o da el payload con --from.',
  },
  edit_left_empty: {
    title: 'El payload quedó vacío.',
    why: 'Un editor que no deja nada indica que no hay nada que enviar.',
    fix: 'Edítalo de nuevo, o quita --edit.',
  },
  no_such_file: {
    title: 'No se puede leer el archivo.',
    why: 'No existe, o no se permite leerlo.',
    fix: 'Revisa la ruta.',
  },
  file_exists: {
    title: 'El archivo ya existe.',
    why: 'Un respaldo nunca sobrescribe nada.',
    fix: 'Elige otro nombre, o elimina antes el archivo.',
  },
  ambiguous_name: {
    title: 'El nombre puede ser de varios.',
    why: 'Más de uno tiene ese nombre, o un id que empieza así.',
    fix: 'Escribe más del id, o el id entero.',
  },
  external_target: {
    title: 'El destino no está en esta máquina.',
    why: 'listen reenvía solo a esta máquina, para que nada salga por accidente.',
    fix: 'Agrega --allow-external si es lo previsto.',
  },
  signature_invalid: {
    title: 'La firma no es válida.',
    why: 'La solicitud cambió en el camino, o el secreto de firma es otro.',
    fix: 'Verifica los bytes originales del cuerpo con el secreto de firma actual del endpoint.',
  },
  unsupported: {
    title: 'Esta base de datos no puede hacer eso.',
    why: 'La operación existe solo para la base de datos integrada.',
    fix: 'Usa la herramienta de la base de datos, como pg_dump.',
  },
  in_use: {
    title: 'La base de datos está en uso.',
    why: 'Otro Posthorn la tiene abierta; dos se dañarían mutuamente.',
    fix: 'Detén el otro, o inicia con otro POSTHORN_DATA_DIR.',
  },
  newer_schema: {
    title: 'La base de datos es de un Posthorn más nuevo.',
    why: 'Esta versión no conoce sus tablas y no las toca.',
    fix: 'Ejecuta la versión nueva, o restaura un respaldo anterior a la actualización.',
  },
  older_schema: {
    title: 'La base de datos es de un Posthorn más antiguo.',
    why: 'Debe migrarse, y este arranque no puede hacerlo.',
    fix: 'Haz un respaldo y luego inicia con permiso para migrar.',
  },
  damaged: {
    title: 'La base de datos está dañada.',
    why: 'Su comprobación halló páginas o filas que no pueden ser correctas.',
    fix: 'Restaura el último respaldo; conserva el archivo dañado para analizarlo.',
  },
  read_only: {
    title: 'La base de datos es de solo lectura.',
    why: 'El archivo, su carpeta o el rol del servidor no permite escribir.',
    fix: 'Corrige los permisos.',
  },
  not_ours: {
    title: 'La base de datos contiene otra cosa.',
    why: 'Sus tablas no son de Posthorn; no se cambió nada.',
    fix: 'Dale a Posthorn una base de datos propia.',
  },
  not_reachable: {
    title: 'No se llega a la base de datos.',
    why: 'La dirección, las credenciales o la red es incorrecta, o está caída.',
    fix: 'Revisa POSTHORN_DATABASE_URL y que la base de datos esté activa.',
  },
  not_granted: {
    title: 'El usuario tiene muy pocos permisos.',
    why: 'Posthorn crea y cambia sus propias tablas; la base de datos no se lo permite a este usuario.',
    fix: 'Concédele "create" en el esquema, o dale una base de datos propia.',
  },
  few_connections: {
    title: 'La base de datos no acepta más conexiones.',
    why: 'Otros programas, o el límite de este usuario, ocupan todas las que permite el servidor.',
    fix: 'Sube max_connections o el límite, o pon PgBouncer delante.',
  },
  unsafe_settings: {
    title: 'La base de datos puede perder confirmaciones.',
    why: 'Con sus ajustes un mensaje aceptado no sería durable.',
    fix: 'Activa fsync y full_page_writes.',
  },
  not_empty: {
    title: 'El destino no está vacío.',
    why: 'Los datos se trasladan solo a una base de datos vacía, para no mezclar ni sobrescribir nada.',
    fix: 'Indica una base de datos vacía, o un esquema nuevo de una.',
  },
  unfinished_copy: {
    title: 'La base de datos contiene un traslado a medias.',
    why: 'Un posthorn migrate-data hacia ella se interrumpió; un nodo trabajaría con una parte de los datos.',
    fix: 'Ejecuta el mismo posthorn migrate-data otra vez: continúa donde terminó.',
  },
  not_verified: {
    title: 'La copia no es igual al original.',
    why: 'Una tabla difiere en número o contenido: se escribió en una de las bases mientras tanto.',
    fix: 'Detén todos los servidores, da al traslado una base de datos vacía y ejecútalo otra vez.',
  },
  wrong_key: {
    title: 'La clave de cifrado es otra.',
    why: 'Los secretos de los endpoints están cifrados con la clave del servidor que los guardó.',
    fix: 'Indica esa clave en POSTHORN_ENCRYPTION_KEY; está en el archivo encryption-key de su carpeta de datos.',
  },
  too_old: {
    title: 'La base de datos es demasiado antigua.',
    why: 'A esta versión le falta lo que Posthorn necesita.',
    fix: 'Actualiza la base de datos.',
  },
  ...receiverEs,
}
