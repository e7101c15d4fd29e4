// Verifies webhooks that sign the body alone: HMAC-SHA256 in lower-case hex. Kotlin on Java 17.
import com.sun.net.httpserver.HttpExchange
import java.security.MessageDigest
import java.util.HexFormat
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

/** Whether [body] (the bytes as they came) was signed with the signing key. */
fun isSigned(signingKey: String, signature: String, body: ByteArray): Boolean {
    val mac = Mac.getInstance("HmacSHA256")
    mac.init(SecretKeySpec(signingKey.toByteArray(), "HmacSHA256"))
    val expected = HexFormat.of().formatHex(mac.doFinal(body))
    return MessageDigest.isEqual(expected.toByteArray(), signature.toByteArray())
}

/** Answers 2xx at once; do slow work afterwards. */
fun receive(exchange: HttpExchange) {
    val body = exchange.requestBody.readAllBytes()
    val signature = exchange.requestHeaders.getFirst("logto-signature-sha-256") ?: ""
    val signed = isSigned(System.getenv("WEBHOOK_SECRET"), signature, body)
    exchange.sendResponseHeaders(if (signed) 204 else 400, -1)
    exchange.close()
    if (signed) println(String(body))
}

// HttpServer.create(InetSocketAddress(3000), 0).apply { createContext("/webhooks", ::receive) }.start()
