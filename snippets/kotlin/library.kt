// A receiver with Ktor and the official library.
import com.svix.kotlin.Webhook
import com.svix.kotlin.exceptions.WebhookVerificationException
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.call
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.request.receiveText
import io.ktor.server.response.respond
import io.ktor.server.routing.post
import io.ktor.server.routing.routing
import io.ktor.util.toMap
import java.net.http.HttpHeaders

fun main() {
    val webhook = Webhook(System.getenv("WEBHOOK_SECRET"))
    embeddedServer(Netty, port = 3000) {
        routing {
            post("/webhooks") {
                val body = call.receiveText() // not a parsed object: the signature is over this text
                val headers = HttpHeaders.of(call.request.headers.toMap()) { _, _ -> true }
                try {
                    webhook.verify(body, headers)
                    call.respond(HttpStatusCode.NoContent)
                } catch (refused: WebhookVerificationException) {
                    call.respond(HttpStatusCode.BadRequest)
                }
            }
        }
    }.start(wait = true)
}
