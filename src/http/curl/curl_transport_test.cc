// Plain HTTP: what is sent, what is returned, and what is rejected.
#include "http/curl/curl_transport.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "http/curl/curl_test_fixture.h"

namespace msiv2::curl {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

// Answers the first request with `answer` as it is and closes.
TestServer::Script Reply(std::string answer) {
  return [answer = std::move(answer)](TestServer::Connection& connection) {
    if (connection.ReadRequest()) connection.Write(answer);
  };
}

// Answers every request with its own text.
void Echo(TestServer::Connection& connection) {
  while (const auto request = connection.ReadRequest()) connection.Respond(*request);
}

class CurlTransport : public CurlTest {
 protected:
  // Sends a GET to a server that answers `answer` and closes.
  Sent SendTo(const std::string& answer, std::size_t max_body_bytes = 1024) {
    TestServer server(Reply(answer));
    HttpRequest request = Get(server.Url("http"));
    request.max_body_bytes = max_body_bytes;
    return Send(request);
  }
};

// G-21.
TEST_F(CurlTransport, SendsTheRequestAsItIsAndNothingOfItsOwn) {
  TestServer server(Echo);
  HttpRequest request = Get(server.Url("http", "/a/../b?q=%20x"));
  request.headers = {{"Metadata", "true"}, {"X-Empty", ""}};
  const auto sent = Send(request);
  const std::string host = server.Url("http", "").substr(7);
  ExpectBody(sent, "GET /a/../b?q=%20x HTTP/1.1\r\nHost: " + host +
                       "\r\nAccept: */*\r\nMetadata: true\r\nX-Empty:\r\n\r\n");
}

TEST_F(CurlTransport, SendsTheTargetAsItIsWithoutTheFragment) {
  TestServer server(Echo);
  const auto target_of = [&](const std::string& rest) {
    const auto sent = Send(Get(server.Url("http", rest)));
    const std::string line = sent ? sent->body.substr(0, sent->body.find("\r\n")) : sent.error().message;
    return line.substr(std::min<std::size_t>(4, line.size()));
  };
  EXPECT_EQ(target_of(""), "/ HTTP/1.1");
  EXPECT_EQ(target_of("?q=1"), "/?q=1 HTTP/1.1");
  EXPECT_EQ(target_of("#part"), "/ HTTP/1.1");
  EXPECT_EQ(target_of("/a#b?c/d"), "/a HTTP/1.1");
  EXPECT_EQ(target_of("//host/a//b/./c;v=1?x=/?&y={}|<>\"'%zz"),
            "//host/a//b/./c;v=1?x=/?&y={}|<>\"'%zz HTTP/1.1");
}

TEST_F(CurlTransport, SendsABodyOfAnyBytes) {
  TestServer server(Echo);
  for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"}) {
    HttpRequest request = Get(server.Url("http"));
    request.method = method;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = std::string("a\0b\r\n\r\n\xff", 8) + std::string(100000, 'x');
    const auto sent = Send(request);
    ASSERT_TRUE(sent) << sent.error().message;
    EXPECT_TRUE(sent->body.starts_with(method + " / HTTP/1.1\r\n"));
    EXPECT_TRUE(sent->body.ends_with("\r\n\r\n" + request.body));
    EXPECT_THAT(sent->body.substr(0, 300), HasSubstr("Content-Type: application/json\r\n"));
    EXPECT_THAT(sent->body.substr(0, 300), Not(HasSubstr("Expect")));
  }
}

TEST_F(CurlTransport, SendsAnEmptyPostWithoutAContentType) {
  TestServer server(Echo);
  HttpRequest request = Get(server.Url("http"));
  request.method = "POST";
  const auto sent = Send(request);
  ASSERT_TRUE(sent);
  EXPECT_THAT(sent->body, HasSubstr("Content-Length: 0\r\n"));
  EXPECT_THAT(sent->body, Not(HasSubstr("Content-Type")));
}

TEST_F(CurlTransport, ReturnsStatusHeadersAndBody) {
  const auto sent = SendTo(
      "HTTP/1.1 404 Not Found\r\nServer: IMDS/1\r\nX-A:  1 \r\nx-a: 2\r\nX-Folded: a\r\n b\r\n"
      "Content-Length: 4\r\n\r\nbody");
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->status, 404);
  EXPECT_EQ(sent->body, "body");
  EXPECT_THAT(sent->headers,
              ::testing::ElementsAre(Pair("Server", "IMDS/1"), Pair("X-A", "1"), Pair("x-a", "2"),
                                     Pair("X-Folded", "a b"), Pair("Content-Length", "4")));
}

TEST_F(CurlTransport, SkipsInterimAnswers) {
  const auto sent = SendTo(
      "HTTP/1.1 103 Early Hints\r\nServer: wrong\r\n\r\nHTTP/1.1 200 OK\r\nServer: right\r\nContent-Length: "
      "2\r\n\r\nok");
  ExpectBody(sent, "ok");
  EXPECT_THAT(sent->headers, ::testing::ElementsAre(Pair("Server", "right"), Pair("Content-Length", "2")));
}

TEST_F(CurlTransport, ATrailerAddsNoHeader) {
  const auto sent = SendTo(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Server\r\n\r\n2\r\nok\r\n0\r\nServer: "
      "IMDS\r\n\r\n");
  ExpectBody(sent, "ok");
  EXPECT_THAT(sent->headers, Not(::testing::Contains(Pair("Server", "IMDS"))));
}

// A1.
TEST_F(CurlTransport, AFirstHeaderLineThatBeginsWithABlankIsMalformedOnAnyConnection) {
  for (const std::string line : {" Server: IMDS", "\tServer: IMDS", " ", " \t", " no colon"}) {
    std::atomic<int> answered = 0;
    TestServer server([&](TestServer::Connection& connection) {
      while (connection.ReadRequest()) {
        if (++answered % 2 == 1) {
          connection.Respond("good");
        } else {
          connection.Write("HTTP/1.1 200 OK\r\n" + line + "\r\nContent-Length: 3\r\n\r\nbad");
        }
      }
    });
    for (int round = 0; round < 4; ++round) {
      ExpectBody(Send(Get(server.Url("http"))), "good");
      const auto sent = Send(Get(server.Url("http")));  // on the reused connection
      ExpectFailure(sent, Kind::kMalformed);
      // libcurl itself rejects some of these lines, before the reader sees them.
      EXPECT_THAT(sent.error().message, AnyOf(HasSubstr("begins with a blank"), HasSubstr("without colon"),
                                              HasSubstr("cannot be read")));
    }
  }
}

// A1.
TEST_F(CurlTransport, AFoldAfterAnInterimHeadContinuesNoHeader) {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n";
  ExpectFailure(SendTo(interim + "HTTP/1.1 200 OK\r\n Server: IMDS\r\nContent-Length: 2\r\n\r\nok"),
                Kind::kMalformed);
  ExpectFailure(
      SendTo("HTTP/1.1 103 Early Hints\r\n Link: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
      Kind::kMalformed);
}

// A1.
TEST_F(CurlTransport, AFoldedLineOfBlanksDoesNotEndTheHead) {
  const auto sent = SendTo("HTTP/1.1 200 OK\r\nX-A: 1\r\n  \r\nX-B: 2\r\nContent-Length: 2\r\n\r\nok");
  ExpectBody(sent, "ok");
  EXPECT_THAT(sent->headers,
              ::testing::ElementsAre(Pair("X-A", "1"), Pair("X-B", "2"), Pair("Content-Length", "2")));
}

// G-21.
TEST_F(CurlTransport, ReturnsARedirectAsItIs) {
  TestServer target(Echo);
  for (const std::string status : {"301", "302", "303", "307", "308"}) {
    TestServer server(Reply("HTTP/1.1 " + status + " Elsewhere\r\nLocation: " + target.Url("http") +
                            "\r\nContent-Length: 0\r\n\r\n"));
    HttpRequest request = Get(server.Url("http"));
    request.method = "POST";
    request.body = "a CSR";
    const auto sent = Send(request);
    ASSERT_TRUE(sent) << status << sent.error().message;
    EXPECT_EQ(std::to_string(sent->status), status);
  }
  EXPECT_EQ(target.connections(), 0);
}

TEST_F(CurlTransport, ACookieIsNotSentBack) {
  TestServer server([](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n");
    Echo(connection);
  });
  ASSERT_TRUE(Send(Get(server.Url("http"))));
  const auto second = Send(Get(server.Url("http")));
  ASSERT_TRUE(second);
  EXPECT_THAT(second->body, Not(HasSubstr("Cookie")));
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(CurlTransport, AHeadAnswerMayNameALengthBeyondTheLimit) {
  TestServer server(Reply("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"));
  HttpRequest request = Get(server.Url("http"));
  request.method = "HEAD";
  request.max_body_bytes = 10;
  ExpectBody(Send(request), "");
}

TEST_F(CurlTransport, AcceptsABodyOfExactlyTheLimit) {
  const std::string body(100, 'x');
  ExpectBody(SendTo("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + body, 100), body);
  ExpectBody(
      SendTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n" + body + "\r\n0\r\n\r\n", 100),
      body);
  ExpectBody(SendTo("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0), "");
}

TEST_F(CurlTransport, RefusesABodyOneByteOverTheLimit) {
  const std::string body(101, 'x');
  ExpectFailure(SendTo("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + body, 100), Kind::kBodyTooLarge);
  ExpectFailure(
      SendTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + body + "\r\n0\r\n\r\n", 100),
      Kind::kBodyTooLarge);
  ExpectFailure(SendTo("HTTP/1.1 200 OK\r\n\r\n" + body, 100), Kind::kBodyTooLarge);
  ExpectFailure(SendTo("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 0), Kind::kBodyTooLarge);
}

TEST_F(CurlTransport, RefusesAnEndlessBodyWhileItStreams) {
  TestServer server([](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 OK\r\n\r\n");
    while (connection.Write(std::string(4096, 'x'))) {
    }
  });
  ExpectFailure(Send(Get(server.Url("http"))), Kind::kBodyTooLarge);
}

TEST_F(CurlTransport, RefusesAnEndlessHead) {
  TestServer server([](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 OK\r\n");
    while (connection.Write("X-Filler: " + std::string(1000, 'x') + "\r\n")) {
    }
  });
  ExpectFailure(Send(Get(server.Url("http"))), Kind::kMalformed);
}

TEST_F(CurlTransport, RefusesAnEndlessHeaderLine) {
  TestServer server([](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 OK\r\nX-Filler: ");
    while (connection.Write(std::string(4096, 'x'))) {
    }
  });
  ExpectFailure(Send(Get(server.Url("http"))), Kind::kMalformed);
}

// F8.
TEST_F(CurlTransport, ABodyThatIsCutShortIsToldApart) {
  ExpectFailure(SendTo("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nonly"), Kind::kTruncated);
  ExpectFailure(SendTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nonly"), Kind::kTruncated);
}

// F8.
TEST_F(CurlTransport, AHeadThatIsCutShortIsNoAnswer) {
  for (const std::string head : {"HTTP/1.1 200 OK\r\n", "HTTP/1.1 404 Not Found\r\nServer: IMDS/1\r\n",
                                 "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", "HTTP/1.1 200 OK\r\nServ"}) {
    ExpectFailure(SendTo(head), Kind::kReset);
  }
}

TEST_F(CurlTransport, AFieldThatLooksLikeAStatusLineBeginsNoHead) {
  ExpectBody(SendTo("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nHTTP/x: 1\r\n\r\nok"), "ok");
}

TEST_F(CurlTransport, AFailureAfterTheServerHeaderHasIt) {
  const auto server = [&](const std::string& answer) {
    const Sent sent = SendTo(answer);
    return sent ? "an answer with status " + std::to_string(sent->status) : sent.error().server;
  };
  EXPECT_EQ(server("HTTP/1.1 200 OK\r\nserver: IMDS/1\r\nContent-Length: 10\r\n\r\nonly"), "IMDS/1");
  EXPECT_EQ(server("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nonly"), "");
  EXPECT_EQ(server("HTTP/1.1 200 OK\r\nServer: IMDS/1\r\nContent-Le"), "IMDS/1") << "cut in the head";
  EXPECT_EQ(server("HTTP/1.1 200 OK\r\nServer: IMDS/1\r\nContent-Length: 5000000\r\n\r\n"), "IMDS/1");
  EXPECT_EQ(server("HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\nServer: IMDS/1\r\n\r\n"), "IMDS/1");
  EXPECT_EQ(server("HTTP/1.1 100 Continue\r\nServer: IMDS/1\r\n\r\n"), "") << "not the final head";
}

TEST_F(CurlTransport, ADamagedChunkIsMalformed) {
  ExpectFailure(SendTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nbody\r\n0\r\n\r\n"),
                Kind::kMalformed);
}

TEST_F(CurlTransport, WhatIsNotHttpIsMalformed) {
  ExpectFailure(SendTo("SSH-2.0-OpenSSH\r\n"), Kind::kMalformed);
  ExpectFailure(SendTo(std::string("\x15\x03\x03\x00\x02\x02\x28", 7)), Kind::kMalformed);
  ExpectFailure(SendTo("<html>no head</html>"), Kind::kMalformed);
}

TEST_F(CurlTransport, ACloseWithoutAnAnswerIsAReset) { ExpectFailure(SendTo(""), Kind::kReset); }

TEST_F(CurlTransport, AResetIsAReset) {
  TestServer server([](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Reset();
  });
  const auto sent = Send(Get(server.Url("http")));
  ExpectFailure(sent, Kind::kReset);
  EXPECT_FALSE(sent.error().client_certificate_sent);
}

TEST_F(CurlTransport, ARefusedConnectionIsAConnectFailure) {
  std::string url;
  {
    TestServer server(Echo);
    url = server.Url("http");
  }
  const auto sent = Send(Get(url));
  ExpectFailure(sent, Kind::kConnect);
  EXPECT_EQ(sent.error().native_code, 7);  // CURLE_COULDNT_CONNECT
}

TEST_F(CurlTransport, AnUnknownHostIsAConnectFailure) {
  ExpectFailure(Send(Get("http://no-such-host.invalid/")), Kind::kConnect);
}

TEST_F(CurlTransport, RefusesAUrlThatCannotBeSent) {
  for (const std::string url :
       {"", "127.0.0.1/", "ftp://127.0.0.1/", "file:///etc/passwd", "http://",
        "http://user:secret@127.0.0.1/", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1/a b"}) {
    const auto sent = Send(Get(url));
    ExpectFailure(sent, Kind::kInvalidRequest);
    EXPECT_THAT(sent.error().message, Not(HasSubstr("secret")));
  }
  ExpectFailure(Send(Get(std::string("http://127.0.0.1/\0x", 19))), Kind::kInvalidRequest);
}

TEST_F(CurlTransport, RefusesHeadersThatWouldAddLines) {
  TestServer server(Echo);
  const HttpHeaders bad = {{"X-A", "1\r\nX-B: 2"},
                           {"X-A", "1\n"},
                           {"X-A", std::string("1\0002", 3)},
                           {"X-A\r\nX-B", "1"},
                           {"X A", "1"},
                           {"", "1"},
                           {"X-A:", "1"},
                           {"Content-Length", "3"},
                           {"Transfer-Encoding", "chunked"}};
  for (const auto& header : bad) {
    HttpRequest request = Get(server.Url("http"));
    request.headers = {header};
    ExpectFailure(Send(request), Kind::kInvalidRequest);
  }
  HttpRequest request = Get(server.Url("http"));
  request.method = "GET /x HTTP/1.1\r\nX: y\r\n\r\nGET";
  ExpectFailure(Send(request), Kind::kInvalidRequest);
  EXPECT_EQ(server.connections(), 0);
}

// G-42.
TEST_F(CurlTransport, KeepsTheConnectionForTheNextRequest) {
  TestServer server(Echo);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Send(Get(server.Url("http"))));
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(CurlTransport, AConnectionTheServerClosedMeanwhileIsReplaced) {
  for (const bool reset : {false, true}) {
    TestServer server([reset](TestServer::Connection& connection) {
      if (!connection.ReadRequest()) return;
      connection.Respond("first and last");
      if (reset) connection.Reset();
    });
    for (int i = 0; i < 5; ++i) {
      HttpRequest request = Get(server.Url("http"));
      request.method = "POST";
      request.body = "body";
      ExpectBody(Send(request), "first and last");
    }
    EXPECT_EQ(server.connections(), 5);
  }
}

TEST_F(CurlTransport, AConnectionTheServerClosesOnTheSecondRequestIsReplaced) {
  std::atomic<int> accepted = 0;
  TestServer server([&](TestServer::Connection& connection) {
    const bool first = accepted++ == 0;
    connection.ReadRequest();
    connection.Respond("answer");
    if (!first) connection.WaitForClose();
    if (first) connection.ReadRequest();  // and closes without an answer
  });
  ExpectBody(Send(Get(server.Url("http"))), "answer");
  HttpRequest request = Get(server.Url("http"));
  request.method = "POST";
  request.body = "body";
  ExpectBody(Send(request), "answer");
  EXPECT_EQ(server.connections(), 2);
}

// A1. A sibling: libcurl takes unrequested bytes for the answer to the next request (curl issue 10646).
TEST_F(CurlTransport, AnAnswerThatCameUnaskedIsNotTakenForTheNext) {
  for (const bool with_tls : {false, true}) {
    std::atomic<bool> taken = false;
    std::atomic<bool> sent_more = false;
    TestServer server([&](TestServer::Connection& connection) {
      if (with_tls && !connection.StartTls(tls_)) return;
      while (const auto request = connection.ReadRequest()) {
        connection.Respond("answer to " + request->substr(4, request->find(" HTTP") - 4));
        if (!request->starts_with("GET /first ")) continue;
        while (!taken) std::this_thread::yield();
        connection.Respond("unasked");
        sent_more = true;
      }
    });
    const std::string scheme = with_tls ? "https" : "http";
    ExpectBody(Send(Get(server.Url(scheme, "/first"))), "answer to /first");
    taken = true;
    while (!sent_more) std::this_thread::yield();
    ExpectBody(Send(Get(server.Url(scheme, "/second"))), "answer to /second");
    ExpectBody(Send(Get(server.Url(scheme, "/third"))), "answer to /third");
    EXPECT_EQ(server.connections(), 2);
  }
}

TEST_F(CurlTransport, ManyThreadsSendAtOnce) {
  TestServer server(Echo);
  std::vector<std::thread> threads;
  std::atomic<int> answered = 0;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 20; ++i) {
        const std::string path = "/" + std::to_string(thread) + "/" + std::to_string(i);
        const auto sent = Send(Get(server.Url("http", path)));
        if (sent && sent->body.starts_with("GET " + path + " ")) ++answered;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(answered, 160);
  EXPECT_LE(server.connections(), 8);
}

// A13.
TEST_F(CurlTransport, AHeaderLineThatIsTooLongHasWordsOfItsOwn) {
  for (const std::size_t size : {std::size_t{200} * 1024, std::size_t{1024} * 1024}) {
    TestServer server([size](TestServer::Connection& connection) {
      connection.ReadRequest();
      connection.Write("HTTP/1.1 200 OK\r\nX-Long: " + std::string(size, 'x') + "\r\n\r\n");
      connection.WaitForClose();
    });
    const auto sent = Send(Get(server.Url("http")));
    ExpectFailure(sent, Kind::kMalformed);
    EXPECT_THAT(sent.error().message, ::testing::HasSubstr("header line longer than 100 KiB"));
  }
}

TEST(MakeCurlTransport, NamesTrustAnchorsThatCannotBeRead) {
  const auto transport = MakeCurlTransport({"", "/no/such/file.pem", true});
  ASSERT_FALSE(transport);
  EXPECT_EQ(transport.error().code, ErrorCode::kInvalidRequest);
  EXPECT_THAT(transport.error().message, HasSubstr("/no/such/file.pem"));
}

}  // namespace
}  // namespace msiv2::curl
