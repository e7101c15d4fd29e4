// Verifies webhooks that sign the body alone: HMAC-SHA256 in lower-case hex. Nothing but Java 17.
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public final class Webhooks {
    /** Whether body (the bytes as they came) was signed with the signing key. */
    public static boolean isSigned(String signingKey, String signature, byte[] body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(signingKey.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return MessageDigest.isEqual(mac.doFinal(body), HexFormat.of().parseHex(signature));
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            return false;
        }
    }

    /** Answers 2xx at once; do slow work afterwards. */
    public static void receive(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String signature = exchange.getRequestHeaders().getFirst("logto-signature-sha-256");
        String key = System.getenv("WEBHOOK_SECRET");
        boolean signed = signature != null && isSigned(key, signature, body);
        exchange.sendResponseHeaders(signed ? 204 : 400, -1);
        exchange.close();
        if (signed) System.out.println(new String(body, StandardCharsets.UTF_8));
    }

    // var server = HttpServer.create(new InetSocketAddress(3000), 0);
    // server.createContext("/webhooks", Webhooks::receive); server.start();
}
