import type { receiverEn } from './receiver.en.ts'

export const receiverEs: { readonly [Code in keyof typeof receiverEn]: (typeof receiverEn)[Code] } =
  {
    signature_intact: {
      title: 'La firma es válida para lo que pegaste.',
      why: 'Encabezados y cuerpo están como los enviamos, y una clave de este endpoint hizo la firma.',
      fix: 'Si tu código la rechaza, compara su secreto y lo que calcula: dáselos también al médico.',
    },
    headers_absent: {
      title: 'No hay encabezados de firma.',
      why: 'No llegó ninguno de webhook-id, webhook-timestamp y webhook-signature.',
      fix: 'Haz que tu proxy y tu framework los dejen pasar; mira en el intento qué se envió.',
    },
    headers_incomplete: {
      title: 'Falta un encabezado de firma.',
      why: 'Hacen falta los tres: id, timestamp y signature.',
      fix: 'Haz que tu proxy y tu framework dejen pasar todos.',
    },
    timestamp_not_a_number: {
      title: 'El timestamp no es un número entero de segundos.',
      why: 'Enviamos los segundos desde 1970 en cifras; algo reescribió el encabezado.',
      fix: 'Toma el encabezado como texto y léelo como entero solo para juzgar su antigüedad.',
    },
    timestamp_milliseconds: {
      title: 'El timestamp está en milisegundos.',
      why: 'Enviamos segundos, así que algo lo multiplicó; la firma es sobre los segundos.',
      fix: 'Usa el encabezado como llegó. JavaScript cuenta milisegundos: divide su reloj entre 1000.',
    },
    timestamp_too_old: {
      title: 'El timestamp tiene más de cinco minutos.',
      why: 'Se reprodujo, se retuvo en el camino, o el reloj del receptor está adelantado.',
      fix: 'Sincroniza el reloj (NTP). Para probar otra vez, reenvía el mensaje: se firma de nuevo.',
    },
    timestamp_too_new: {
      title: 'El timestamp está más de cinco minutos en el futuro.',
      why: 'El reloj del receptor está atrasado.',
      fix: 'Sincroniza su reloj (NTP).',
    },
    signature_not_base64: {
      title: 'El encabezado de la firma tiene otra forma.',
      why: 'Enviamos v1, seguido de base64; esto es hexadecimal, está cortado o reescrito.',
      fix: 'Compara el encabezado como llegó, o los bytes que resultan de su base64.',
    },
    signature_not_ours: {
      title: 'Ninguna clave de este endpoint hizo esta firma.',
      why: 'Es de otro endpoint, de una clave retirada, o un encabezado cambió en el camino.',
      fix: 'Comprueba que pegaste los encabezados de una sola solicitud y que era para este endpoint.',
    },
    secret_expired: {
      title: 'Este secreto ya no firma.',
      why: 'Se rotó, y terminó el tiempo en que firman el antiguo y el nuevo.',
      fix: 'Pon en tu configuración el secreto actual del endpoint.',
    },
    secret_of_other_endpoint: {
      title: 'Esto es de otro endpoint de la aplicación.',
      why: 'Cada endpoint tiene su propio secreto.',
      fix: 'Usa el secreto del endpoint cuya URL recibió la solicitud.',
    },
    secret_not_base64: {
      title: 'El secreto no se puede leer.',
      why: 'Lo que sigue a whsec_ debe ser base64; falta, sobra o cambió un carácter.',
      fix: 'Cópialo de nuevo, entero, sin espacios ni comillas.',
    },
    secret_unknown: {
      title: 'El endpoint nunca tuvo este secreto.',
      why: 'Es de otro entorno, de otra aplicación, o se escribió mal.',
      fix: 'Copia de nuevo el secreto de este endpoint.',
    },
    secret_used_as_text: {
      title: 'El secreto se usó como texto.',
      why: 'La clave es lo que resulta del base64 tras whsec_, no sus caracteres.',
      fix: 'Quita whsec_, decodifica el base64 y usa los bytes como clave.',
    },
    message_unknown: {
      title: 'La aplicación no tiene ningún mensaje con este id.',
      why: 'El id cambió, el mensaje se eliminó, o la solicitud vino de otro lugar.',
      fix: 'Toma webhook-id como llegó y comprueba que la aplicación es la correcta.',
    },
    computed_as_hex: {
      title: 'Comparas hexadecimal con base64.',
      why: 'Tu HMAC es correcto, pero está escrito en hexadecimal.',
      fix: 'Escribe el resultado en base64, con v1, delante.',
    },
    computed_over_body_alone: {
      title: 'Firmaste solo el cuerpo.',
      why: 'La firma es sobre id, timestamp y cuerpo, con un punto entre ellos.',
      fix: 'Calcula el HMAC sobre webhook-id, un punto, webhook-timestamp, un punto y el cuerpo.',
    },
    computed_unexplained: {
      title: 'Lo que calculaste no es ninguno de los errores habituales.',
      why: 'Ni otra forma de la clave ni otro contenido dan este valor.',
      fix: 'Compara tu código con un ejemplo: posthorn snippet <lenguaje>.',
    },
    body_empty: {
      title: 'El cuerpo está vacío.',
      why: 'Algo lo leyó antes de comprobar la firma; un flujo se lee una sola vez.',
      fix: 'Toma primero el cuerpo original, verifica y analízalo después.',
    },
    body_trimmed: {
      title: 'Falta el salto de línea al final del cuerpo.',
      why: 'Algo recortó el texto.',
      fix: 'Verifica los bytes como llegaron.',
    },
    body_newline_added: {
      title: 'Se agregó un salto de línea al final del cuerpo.',
      why: 'A menudo lo hace una consola, un editor o un registro.',
      fix: 'Verifica los bytes como llegaron; guárdalos sin un editor.',
    },
    body_compact: {
      title: 'El cuerpo es el JSON analizado y escrito de nuevo sin sus espacios.',
      why: 'Un framework lo analizó, y tu código convirtió el objeto otra vez en texto.',
      fix: 'Verifica el cuerpo original, antes de analizar el JSON.',
    },
    body_indented: {
      title: 'El cuerpo es el JSON analizado y escrito de nuevo con otros espacios.',
      why: 'Un framework lo analizó y algo lo escribió de nuevo, como Python y Ruby con espacios.',
      fix: 'Verifica el cuerpo original, antes de analizar el JSON.',
    },
    body_reordered: {
      title: 'Los miembros del JSON están en otro orden.',
      why: 'Se analizó en un mapa que ordena sus claves y se escribió de nuevo.',
      fix: 'Verifica el cuerpo original, antes de analizar el JSON.',
    },
    body_numbers_rewritten: {
      title: 'Los números están escritos de otra forma.',
      why: 'Un analizador convirtió 1.0 en 1, o redondeó un número que no puede guardar.',
      fix: 'Verifica el cuerpo original, antes de analizar el JSON.',
    },
    body_escapes_rewritten: {
      title: 'Los caracteres están escapados de otra forma.',
      why: 'Algo escribió é como \\u00e9, o / como \\/, o al revés.',
      fix: 'Verifica el cuerpo original, antes de analizar el JSON.',
    },
    body_bom_added: {
      title: 'Se puso una marca de orden de bytes delante del cuerpo.',
      why: 'Se usó un codificador que escribe UTF-8 con BOM.',
      fix: 'Verifica los bytes como llegaron.',
    },
    body_bom_removed: {
      title: 'Falta la marca de orden de bytes delante del cuerpo.',
      why: 'Un decodificador la quitó; es parte de lo que se firmó.',
      fix: 'Verifica los bytes como llegaron, no el texto decodificado.',
    },
    body_charset: {
      title: 'El cuerpo se leyó en otro juego de caracteres.',
      why: 'Los bytes son UTF-8; leídos como Latin-1, é se vuelve Ã©.',
      fix: 'Verifica los bytes, o decodifícalos como UTF-8 diga lo que diga la configuración regional.',
    },
    body_truncated: {
      title: 'Falta el final del cuerpo.',
      why: 'Un límite de tamaño lo cortó, o solo se leyó el primer fragmento.',
      fix: 'Lee hasta el final y sube el límite de tu proxy y tu framework.',
    },
    body_base64: {
      title: 'El cuerpo es base64 de lo que se envió.',
      why: 'Algunas pasarelas (AWS API Gateway, Lambda) entregan los cuerpos codificados.',
      fix: 'Decodifícalo antes: con Lambda, cuando isBase64Encoded es true.',
    },
    body_other_content: {
      title: 'El cuerpo tiene otro contenido que el enviado.',
      why: 'Se agregó, quitó o cambió un campo, o es de otro mensaje.',
      fix: 'Comprueba que cuerpo y encabezados son de una sola solicitud y qué cambia cuerpos en el camino.',
    },
    checkup_event_refused: {
      title: 'El endpoint no aceptó un evento válido.',
      why: 'Un evento firmado de un tipo conocido no se respondió con éxito.',
      fix: 'Mira la respuesta y el registro del receptor.',
    },
    checkup_redirect: {
      title: 'El endpoint responde con una redirección.',
      why: 'Las redirecciones no se siguen: una solicitud firmada es para una sola dirección.',
      fix: 'Da la URL a la que lleva; a menudo solo falta https o una barra final.',
    },
    checkup_duplicate_refused: {
      title: 'La segunda entrega del mismo mensaje se rechazó.',
      why: 'Un mensaje puede llegar dos veces: si se pierde una respuesta, se envía otra vez.',
      fix: 'Recuerda webhook-id y responde 2xx a uno que ya hayas tratado.',
    },
    checkup_out_of_order_refused: {
      title: 'Uno de dos eventos que llegaron en orden inverso se rechazó.',
      why: 'Un evento puede adelantar a otro: lo que se reintenta llega después de lo enviado más tarde.',
      fix: 'Responde 2xx a los dos y decide por la hora o versión del payload, no por la llegada.',
    },
    checkup_bad_signature_accepted: {
      title: 'El endpoint acepta una firma falsa.',
      why: 'Cualquiera que conozca la URL puede enviarle eventos.',
      fix: 'Verifica la firma antes que nada y responde 400: posthorn snippet <lenguaje>.',
    },
    checkup_bad_signature_failed: {
      title: 'El endpoint falla con una firma falsa.',
      why: 'Respondió 5xx o nada: parece fallar en vez de rechazar.',
      fix: 'Captura la verificación fallida y responde 400.',
    },
    checkup_old_timestamp_accepted: {
      title: 'El endpoint acepta una solicitud de hace diez minutos.',
      why: 'Quien grabe una solicitud puede enviarla otra vez más tarde.',
      fix: 'Rechaza un webhook-timestamp que se aparte más de cinco minutos.',
    },
    checkup_unknown_type_refused: {
      title: 'El endpoint rechaza un tipo de evento que no conoce.',
      why: 'Vendrán tipos y campos nuevos, y cada uno fallaría y se reintentaría.',
      fix: 'Responde 2xx a los eventos que no necesites.',
    },
    checkup_slow: {
      title: 'El endpoint responde despacio.',
      why: 'Una respuesta tardó más de cinco segundos; las lentas agotan el tiempo y se reintentan.',
      fix: 'Pon el evento en una cola, responde 2xx al momento y trabaja después.',
    },
    checkup_plain_http: {
      title: 'Al endpoint se llega sin TLS.',
      why: 'Con http sin cifrar, quien esté en el camino puede leer los eventos.',
      fix: 'Usa una URL https.',
    },
    checkup_certificate_ends: {
      title: 'El certificado del endpoint termina en menos de dos semanas.',
      why: 'Cuando caduque, ya no se entregará nada.',
      fix: 'Renuévalo y haz que se renueve solo.',
    },
    checkup_no_certificate: {
      title: 'No hay certificado que juzgar.',
      why: 'Al endpoint no se llega por TLS, o no respondió.',
      fix: 'Usa una URL https.',
    },
    checkup_not_signed: {
      title: 'Las solicitudes a este endpoint no llevan con qué comprobar esto.',
      why: 'Su tipo de firma no tiene esa parte.',
      fix: 'Elige firmas Standard Webhooks, si el receptor puede verificarlas.',
    },
    checkup_not_reached: {
      title: 'Esto no se probó.',
      why: 'El endpoint no aceptó un evento válido, así que su respuesta no diría nada.',
      fix: 'Haz primero que acepte un evento válido.',
    },
  }
