import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Requests of Java's HTTP client, which offers h2c: each from a new client, hence on a new connection. */
class JavaClient {
    public static void main(String[] arguments) throws Exception {
        String segments = arguments[0] + arguments[1];
        String gold = "{\"name\": {\"en\": \"Gold\"}, \"siteCode\": \"main\"";
        send("POST", arguments[0] + "/graphql", "{\"query\": \"{ __typename }\"}", arguments[2]);
        send("PUT", segments + "/gold", gold + "}", arguments[2]);
        send("PUT", segments + "/gold", gold + ", \"metadata\": {\"version\": 1}}", arguments[2]);
        send("POST", segments + "/search", "{\"q\": \"id:none\"}", arguments[2]);
    }

    static void send(String method, String address, String body, String authorization) throws Exception {
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .header("Content-Type", "application/json")
                .header("Authorization", authorization)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(response.statusCode() + " " + response.body());
    }
}
