// Verifies webhooks with nothing but Kotlin on Java 17.
import com.sun.net.httpserver.HttpExchange
import java.security.GeneralSecurityException
import java.security.KeyFactory
import java.security.MessageDigest
import java.security.Signature
import java.security.spec.X509EncodedKeySpec
import java.util.Base64
import java.util.HexFormat
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec
import kotlin.math.abs

private const val TOLERANCE_SECONDS = 300L

/**
 * Whether [body] (the bytes as they came) was signed with [key] and is not older than five minutes.
 * [key] is the endpoint's whsec_ secret, or its whpk_ public key; [header] gives a value by name.
 */
fun isSigned(key: String, header: (String) -> String?, body: ByteArray, nowSeconds: Long): Boolean {
    val id = header("webhook-id") ?: return false
    val timestamp = header("webhook-timestamp") ?: return false
    val signatures = header("webhook-signature") ?: return false
    if (id.isEmpty() || !Regex("[0-9]{1,12}").matches(timestamp)) return false
    if (abs(nowSeconds - timestamp.toLong()) > TOLERANCE_SECONDS) return false
    val content = "$id.$timestamp.".toByteArray() + body
    // While a secret is being rolled there are several signatures: one that matches is enough.
    return signatures.split(" ").any { item ->
        val version = item.substringBefore(",")
        try {
            matches(key, version, content, Base64.getDecoder().decode(item.substringAfter(",")))
        } catch (malformed: IllegalArgumentException) {
            false
        } catch (malformed: GeneralSecurityException) {
            false
        }
    }
}

private fun matches(key: String, version: String, content: ByteArray, signature: ByteArray): Boolean {
    if (key.startsWith("whpk_")) {
        // The fixed beginning of an Ed25519 public key in X.509 form (RFC 8410).
        val head = HexFormat.of().parseHex("302a300506032b6570032100")
        val point = Base64.getDecoder().decode(key.removePrefix("whpk_"))
        val verifier = Signature.getInstance("Ed25519")
        verifier.initVerify(
            KeyFactory.getInstance("Ed25519").generatePublic(X509EncodedKeySpec(head + point))
        )
        verifier.update(content)
        return version == "v1a" && verifier.verify(signature)
    }
    val mac = Mac.getInstance("HmacSHA256")
    mac.init(SecretKeySpec(Base64.getDecoder().decode(key.removePrefix("whsec_")), "HmacSHA256"))
    return version == "v1" && MessageDigest.isEqual(mac.doFinal(content), signature)
}

/** Answers 2xx at once; do slow work afterwards, and only once for each webhook-id. */
fun receive(exchange: HttpExchange) {
    val body = exchange.requestBody.readAllBytes()
    val now = System.currentTimeMillis() / 1000
    val signed = isSigned(System.getenv("WEBHOOK_SECRET"), exchange.requestHeaders::getFirst, body, now)
    exchange.sendResponseHeaders(if (signed) 204 else 400, -1)
    exchange.close()
    if (signed) println(String(body))
}

// HttpServer.create(InetSocketAddress(3000), 0).apply { createContext("/webhooks", ::receive) }.start()
