// A receiver with Spring and the official library.
import com.svix.Webhook;
import com.svix.exceptions.WebhookVerificationException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.*;

@RestController
public class WebhookController {
    // `byte[]`, not a parsed object: the signature is over these very bytes.
    @PostMapping("/webhooks")
    public ResponseEntity<Void> receive(
            @RequestBody byte[] body, @RequestHeader MultiValueMap<String, String> headers) {
        try {
            var webhook = new Webhook(System.getenv("WEBHOOK_SECRET"));
            String text = new String(body, StandardCharsets.UTF_8);
            webhook.verify(text, HttpHeaders.of(headers, (name, value) -> true));
        } catch (WebhookVerificationException refused) {
            return ResponseEntity.badRequest().build();
        }
        System.out.println(headers.getFirst("webhook-id"));
        return ResponseEntity.noContent().build();
    }
}
