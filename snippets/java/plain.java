// Verifies webhooks with nothing but Java 17.
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public final class Webhooks {
    private static final long TOLERANCE_SECONDS = 300;

    /**
     * Whether body (the bytes as they came) was signed with key and is not older than five minutes.
     * key is the endpoint's whsec_ secret, or its whpk_ public key; header gives a value by name.
     */
    public static boolean isSigned(
            String key, Function<String, String> header, byte[] body, long nowSeconds) {
        String id = header.apply("webhook-id");
        String timestamp = header.apply("webhook-timestamp");
        String signatures = header.apply("webhook-signature");
        if (id == null || id.isEmpty() || signatures == null) return false;
        if (timestamp == null || !timestamp.matches("[0-9]{1,12}")) return false;
        if (Math.abs(nowSeconds - Long.parseLong(timestamp)) > TOLERANCE_SECONDS) return false;
        var content = new ByteArrayOutputStream();
        content.writeBytes((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        content.writeBytes(body);
        // While a secret is being rolled there are several signatures: one that matches is enough.
        for (String item : signatures.split(" ")) {
            String[] parts = item.split(",", 2);
            if (parts.length == 2 && matches(key, parts[0], content.toByteArray(), parts[1])) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String key, String version, byte[] content, String encoded) {
        try {
            byte[] signature = Base64.getDecoder().decode(encoded);
            if (key.startsWith("whpk_")) {
                return version.equals("v1a") && ed25519(key).verify(content, signature);
            }
            var mac = Mac.getInstance("HmacSHA256");
            byte[] secret = Base64.getDecoder().decode(key.replaceFirst("^whsec_", ""));
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return version.equals("v1") && MessageDigest.isEqual(mac.doFinal(content), signature);
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            return false;
        }
    }

    private interface Verifier {
        boolean verify(byte[] content, byte[] signature) throws GeneralSecurityException;
    }

    private static Verifier ed25519(String key) throws GeneralSecurityException {
        byte[] point = Base64.getDecoder().decode(key.substring("whpk_".length()));
        // The fixed beginning of an Ed25519 public key in X.509 form (RFC 8410).
        var encoded = new ByteArrayOutputStream();
        encoded.writeBytes(HexFormat.of().parseHex("302a300506032b6570032100"));
        encoded.writeBytes(point);
        var spec = new X509EncodedKeySpec(encoded.toByteArray());
        var publicKey = KeyFactory.getInstance("Ed25519").generatePublic(spec);
        return (content, signature) -> {
            var verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(publicKey);
            verifier.update(content);
            return verifier.verify(signature);
        };
    }

    /** Answers 2xx at once; do slow work afterwards, and only once for each webhook-id. */
    public static void receive(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String key = System.getenv("WEBHOOK_SECRET");
        long now = System.currentTimeMillis() / 1000;
        boolean signed = isSigned(key, exchange.getRequestHeaders()::getFirst, body, now);
        exchange.sendResponseHeaders(signed ? 204 : 400, -1);
        exchange.close();
        if (signed) System.out.println(new String(body, StandardCharsets.UTF_8));
    }

    // var server = HttpServer.create(new InetSocketAddress(3000), 0);
    // server.createContext("/webhooks", Webhooks::receive); server.start();
    // Spring: @PostMapping("/webhooks") with @RequestBody byte[] body and @RequestHeader HttpHeaders.
}
